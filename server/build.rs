//! Builds the pages and hands them to the program. `WEB_DIST` names a folder of pages that were built elsewhere; where
//! npm is missing the program is built all the same, with a warning and without pages.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What the pages are made of, seen from the workspace.
const SOURCES: &[&str] = &[
    "maps/console",
    "maps/kit",
    "maps/package-lock.json",
    "maps/vite.config.ts",
];
/// The lock file that was installed last lies beside what it installed.
const INSTALLED: &str = "node_modules/.installed-lock.json";
/// Stands in for a console that could not be built.
const PLAIN_PAGE: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>点灯</title>\
    <p>此程序构建时没有 Node.js，因此不含网页。API 文档：<a href=\"/api/docs\">/api/docs</a></p>\
    <p lang=\"en\">This program was built without Node.js and has no pages. API documents: <a href=\"/api/docs\">/api/docs</a></p></html>";

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let out = PathBuf::from(env::var("OUT_DIR")?).join("pages");
    for source in SOURCES {
        println!(
            "cargo::rerun-if-changed={}",
            workspace.join(source).display()
        );
    }
    println!("cargo::rerun-if-env-changed=WEB_DIST");
    println!("cargo::rerun-if-changed=build.rs");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let console = out.join("console");
    fs::create_dir_all(&console)?;
    if let Ok(elsewhere) = env::var("WEB_DIST") {
        copy(Path::new(&elsewhere), &out)?;
    } else if has_npm() {
        build(&workspace.join("maps"), &console)?;
    } else {
        println!("cargo::warning=npm is missing: the program is built without its pages");
        fs::write(console.join("index.html"), PLAIN_PAGE)?;
    }
    memory_serve::load_names_directories(vec![("console", out.join("console"))], true);
    Ok(())
}

fn has_npm() -> bool {
    Command::new("npm")
        .arg("--version")
        .output()
        .is_ok_and(|answer| answer.status.success())
}

/// Installs where the lock file changed, then builds into the folder.
fn build(package: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let lock = fs::read(package.join("package-lock.json"))?;
    let installed = package.join(INSTALLED);
    if fs::read(&installed).ok().as_deref() != Some(lock.as_slice()) {
        run(
            package,
            &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            out,
        )?;
        fs::write(&installed, &lock)?;
    }
    run(package, &["run", "--silent", "build"], out)
}

fn run(package: &Path, words: &[&str], out: &Path) -> Result<(), Box<dyn Error>> {
    let answer = Command::new("npm")
        .args(words)
        .current_dir(package)
        .env("WEB_OUT", out)
        .output()?;
    if answer.status.success() {
        return Ok(());
    }
    Err(format!(
        "npm {} failed:\n{}\n{}",
        words.join(" "),
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr)
    )
    .into())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
