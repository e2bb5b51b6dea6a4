//! What `strace` wrote down of a program: its writes and syncs, in the order in which they began and ended.

use std::collections::BTreeMap;
use std::path::Path;

/// The words before a program that let `strace` write into this file. The program keeps its process number.
pub fn words(file: &Path) -> Vec<String> {
    let words = [
        "strace",
        "-D",
        "-f",
        "-y",
        "-xx",
        "--seccomp-bpf",
        "-s",
        "16384",
        "-e",
        "trace=fsync,fdatasync,pwrite64,write,sendto,writev,sendmsg",
        "-o",
    ];
    let file = file.display().to_string();
    words.map(str::to_owned).into_iter().chain([file]).collect()
}

/// One call into the system.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Its name, as `pwrite64`.
    pub name: String,
    /// What the descriptor leads to: a path, or `socket:[…]`.
    pub target: String,
    /// What was written.
    pub bytes: Vec<u8>,
    /// The line on which it began.
    pub began: usize,
    /// The line on which it ended; none when the file ends before.
    pub ended: Option<usize>,
    /// What it gave back.
    pub result: Option<i64>,
}

impl Call {
    /// Whether it synced its target, in full.
    pub fn is_sync(&self) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync") && self.result == Some(0)
    }

    /// Whether it wrote.
    pub fn is_write(&self) -> bool {
        !matches!(self.name.as_str(), "fsync" | "fdatasync")
    }

    /// Whether these bytes stand in what was written.
    pub fn holds(&self, bytes: &[u8]) -> bool {
        self.bytes
            .windows(bytes.len())
            .any(|window| window == bytes)
    }
}

/// Reads what `strace` wrote, in the order in which the calls began.
pub fn read(text: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for (line, said) in text.lines().enumerate() {
        let Some((thread, said)) = said.split_once(' ') else {
            continue;
        };
        let said = said.trim_start();
        if said.starts_with("<... ") {
            if let Some(index) = open.remove(thread) {
                calls[index].ended = Some(line);
                calls[index].result = result_of(said);
            }
            continue;
        }
        let Some((name, arguments)) = said.split_once('(') else {
            continue;
        };
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        let (target, rest) = arguments
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'))
            .unwrap_or(("", arguments));
        let unfinished = said.ends_with("<unfinished ...>");
        if unfinished {
            open.insert(thread, calls.len());
        }
        calls.push(Call {
            name: name.to_owned(),
            target: String::from_utf8_lossy(&unescaped(target)).into_owned(),
            bytes: quoted(rest),
            began: line,
            ended: (!unfinished).then_some(line),
            result: if unfinished { None } else { result_of(said) },
        });
    }
    calls
}

fn result_of(said: &str) -> Option<i64> {
    let (_, result) = said.rsplit_once(" = ")?;
    result.split(' ').next()?.parse().ok()
}

/// The bytes of every quoted text.
fn quoted(text: &str) -> Vec<u8> {
    text.split('"')
        .skip(1)
        .step_by(2)
        .flat_map(unescaped)
        .collect()
}

/// The bytes of a text in which each stands as `\xNN`.
fn unescaped(text: &str) -> Vec<u8> {
    text.split("\\x")
        .skip(1)
        .filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_with_their_bytes_and_across_other_threads() {
        let text = "7  pwrite64(3<\\x2f\\x61>, \"\\x00\\x41\", 2, 0) = 2\n\
            7  fdatasync(3<\\x2f\\x61> <unfinished ...>\n\
            8  writev(4<\\x73\\x3a\\x5b>, [{iov_base=\"\\x61\\x62\", iov_len=2}, {iov_base=\"\\x63\", iov_len=1}], 2) = 3\n\
            7  <... fdatasync resumed>)          = 0\n\
            7  fdatasync(3<\\x2f\\x61>) = -1 EIO (Input/output error)\n\
            8  +++ exited with 0 +++\n";
        let calls = read(text);
        let told: Vec<_> = calls
            .iter()
            .map(|call| (call.name.as_str(), call.began, call.ended, call.result))
            .collect();
        assert_eq!(
            told,
            [
                ("pwrite64", 0, Some(0), Some(2)),
                ("fdatasync", 1, Some(3), Some(0)),
                ("writev", 2, Some(2), Some(3)),
                ("fdatasync", 4, Some(4), Some(-1)),
            ]
        );
        assert_eq!(
            (calls[0].target.as_str(), calls[0].bytes.as_slice()),
            ("/a", b"\0A".as_slice())
        );
        assert_eq!(calls[2].bytes, b"abc");
        assert!(calls[1].is_sync() && !calls[3].is_sync());
        assert!(calls[2].holds(b"bc") && !calls[2].holds(b"d"));
    }
}
