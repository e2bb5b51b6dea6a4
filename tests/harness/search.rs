//! A search for planted words in everything that a program leaves: every file, and every file that it holds open, in each
//! encoding in which a word could have been written.

use std::path::{Path, PathBuf};

/// Something that must not be found, or must.
#[derive(Clone, Debug)]
pub struct Plant {
    /// What it is.
    pub what: &'static str,
    /// Its bytes in each form, by the name of the form.
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Plant {
    /// Words, with their bytes in GBK.
    pub fn words(what: &'static str, text: &str, gbk: &[u8]) -> Self {
        let mut plant = Self::text(what, text);
        plant.forms.push(("GBK", gbk.to_vec()));
        plant
    }

    /// Text that GBK writes as ASCII does, or words without it.
    pub fn text(what: &'static str, text: &str) -> Self {
        let units = || text.encode_utf16();
        let escaped = |upper: bool| -> String {
            units()
                .map(|unit| match char::from_u32(u32::from(unit)) {
                    Some(plain) if plain.is_ascii() => plain.to_string(),
                    Some(_) | None if upper => format!("\\u{unit:04X}"),
                    Some(_) | None => format!("\\u{unit:04x}"),
                })
                .collect()
        };
        let mut forms = vec![
            ("UTF-8", text.as_bytes().to_vec()),
            (
                "UTF-16, little end first",
                units().flat_map(u16::to_le_bytes).collect(),
            ),
            (
                "UTF-16, big end first",
                units().flat_map(u16::to_be_bytes).collect(),
            ),
            ("JSON-escaped", escaped(false).into_bytes()),
            ("JSON-escaped, large", escaped(true).into_bytes()),
            (
                "text within JSON text",
                text.replace('"', "\\\"").into_bytes(),
            ),
        ];
        forms.extend(base64_forms(text.as_bytes()));
        Self { what, forms }
    }

    /// Bytes as they are, in hexadecimal and in base64.
    pub fn bytes(what: &'static str, bytes: &[u8]) -> Self {
        let hex = bytes
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let mut forms = vec![
            ("plain", bytes.to_vec()),
            ("hexadecimal", hex.clone().into_bytes()),
            ("hexadecimal, large", hex.to_uppercase().into_bytes()),
        ];
        forms.extend(base64_forms(bytes));
        Self { what, forms }
    }

    /// Every form with its name.
    pub fn forms(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.forms
            .iter()
            .map(|(name, form)| (*name, form.as_slice()))
    }

    /// In which form it is among these bytes, if in any.
    pub fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        self.forms()
            .find(|(_, form)| contains(bytes, form))
            .map(|(name, _)| name)
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What base64 makes of these bytes wherever they begin in what is encoded: the characters that depend on them alone, for
/// each of the three alignments, in both alphabets.
fn base64_forms(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    const NAMES: [(&str, &str); 3] = [
        ("base64", "base64 for addresses"),
        (
            "base64, one byte later",
            "base64 for addresses, one byte later",
        ),
        (
            "base64, two bytes later",
            "base64 for addresses, two bytes later",
        ),
    ];
    let mut forms = Vec::new();
    for (n_before, (plain, address)) in NAMES.into_iter().enumerate() {
        let mut all = vec![0_u8; n_before];
        all.extend_from_slice(bytes);
        let n_bits = all.len() * 8;
        let sextet = |i: usize| {
            (0..6).fold(0_usize, |value, bit| {
                let at = i * 6 + bit;
                let set = all[at / 8] >> (7 - at % 8) & 1;
                value << 1 | usize::from(set)
            })
        };
        // The first characters hold bits of what stands before, the last ones of what follows.
        let first = (n_before * 8).div_ceil(6);
        let text: Vec<u8> = (first..n_bits / 6).map(|i| ALPHABET[sextet(i)]).collect();
        let for_addresses = text
            .iter()
            .map(|c| match c {
                b'+' => b'-',
                b'/' => b'_',
                other => *other,
            })
            .collect();
        forms.push((plain, text));
        forms.push((address, for_addresses));
    }
    forms
}

fn contains(bytes: &[u8], form: &[u8]) -> bool {
    let Some(first) = form.first() else {
        return false;
    };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(form) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// Where plants were found, and how many files were read.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Files read.
    pub n_files: usize,
    /// Bytes read.
    pub n_bytes: usize,
    /// What was found in which file and form.
    pub hits: Vec<String>,
}

impl Found {
    /// Reads every file under these folders, except those under the folders that are left out.
    pub fn under(folders: &[&Path], left_out: &[&Path], plants: &[Plant]) -> Self {
        let mut found = Self::default();
        let mut next: Vec<PathBuf> = folders.iter().map(|path| path.to_path_buf()).collect();
        while let Some(path) = next.pop() {
            if left_out.contains(&path.as_path()) {
                continue;
            }
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).expect("a folder can be read");
                next.extend(entries.map(|entry| entry.expect("an entry").path()));
            } else if path.is_file() {
                found.read(&path, plants);
            }
        }
        found
    }

    /// And every file that a process holds open, temporary ones that have no name any more too.
    #[must_use]
    pub fn held_by(mut self, pid: u32, plants: &[Plant]) -> Self {
        let folder = PathBuf::from(format!("/proc/{pid}/fd"));
        for entry in std::fs::read_dir(folder).expect("the process runs") {
            let path = entry.expect("an entry").path();
            if std::fs::metadata(&path).is_ok_and(|about| about.is_file()) {
                self.read(&path, plants);
            }
        }
        self
    }

    fn read(&mut self, path: &Path, plants: &[Plant]) {
        // A file may go while it is looked for.
        let Ok(bytes) = std::fs::read(path) else {
            return;
        };
        self.n_files += 1;
        self.n_bytes += bytes.len();
        for plant in plants {
            if let Some(form) = plant.found_in(&bytes) {
                self.hits
                    .push(format!("{}: {} as {form}", path.display(), plant.what));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_at_every_alignment() {
        let plant = Plant::text("word", "lamplighter");
        // Encodings of "lamplighter", "xlamplighter" and "xxlamplighter!" by another program.
        for text in [
            "bGFtcGxpZ2h0ZXI=",
            "eGxhbXBsaWdodGVy",
            "eHhsYW1wbGlnaHRlciE=",
        ] {
            assert!(plant.found_in(text.as_bytes()).is_some(), "{text}");
        }
        assert_eq!(plant.found_in(b"bGFtcGxhbXA="), None);
    }
}
