//! Hashing and checking of passwords: argon2id, off the asynchronous threads, few at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use vault::randomness::Randomness;
use zeroize::Zeroizing;

use crate::fault::RuntimeFault;
use crate::policies::hex;

/// Memory of one hash in KiB, passes over it, lanes: the second recommended choice of RFC 9106 scaled to a small
/// server, as OWASP's cheat sheet has it.
const MEMORY_KIB: u32 = 19 * 1024;
const N_PASSES: u32 = 2;
const N_LANES: u32 = 1;
/// Hashes at the same time; more wait. Each takes a thread and its memory.
const N_AT_ONCE: usize = 2;
/// Salt of a hash in bytes.
const SALT_BYTES: usize = 16;
/// Random bytes of a password that the program makes.
const PASSWORD_BYTES: usize = 9;

/// A password to be hashed, and the same to be shown when the program made it.
type GivenOrMade = (Zeroizing<String>, Option<Zeroizing<String>>);

/// Hashes and checks passwords.
pub(super) struct Passwords {
    randomness: Arc<dyn Randomness>,
    at_once: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new(randomness: Arc<dyn Randomness>) -> Self {
        Self {
            randomness,
            at_once: Arc::new(Semaphore::new(N_AT_ONCE)),
        }
    }

    /// A password that nobody chose: 18 hexadecimal digits.
    fn make(&self) -> Result<Zeroizing<String>, RuntimeFault> {
        let mut bytes = Zeroizing::new([0_u8; PASSWORD_BYTES]);
        self.randomness
            .fill(bytes.as_mut_slice())
            .map_err(RuntimeFault::vault("making a password"))?;
        Ok(Zeroizing::new(hex(bytes.as_slice())))
    }

    /// The given password; else one that is made, which is also to be shown once.
    pub(super) fn given_or_made(
        &self,
        given: Option<Zeroizing<String>>,
    ) -> Result<GivenOrMade, RuntimeFault> {
        if let Some(given) = given {
            return Ok((given, None));
        }
        let made = self.make()?;
        Ok((made.clone(), Some(made)))
    }

    /// The hash of a password in PHC form.
    pub(super) async fn hash(&self, password: Zeroizing<String>) -> Result<String, RuntimeFault> {
        let mut salt = [0_u8; SALT_BYTES];
        self.randomness
            .fill(&mut salt)
            .map_err(RuntimeFault::vault("salting a password"))?;
        self.off_the_loop(move || {
            let hash: PasswordHash = hasher()?
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map_err(failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether a password fits a hash. Without a hash it takes as long and does not fit.
    pub(super) async fn verify(
        &self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, RuntimeFault> {
        self.off_the_loop(move || {
            let Some(hash) = hash else {
                let spent: Result<PasswordHash, _> =
                    hasher()?.hash_password_with_salt(password.as_bytes(), &[0; SALT_BYTES]);
                return spent.map(|_| false).map_err(failed);
            };
            let known = PasswordHash::new(&hash).map_err(failed)?;
            Ok(hasher()?
                .verify_password(password.as_bytes(), &known)
                .is_ok())
        })
        .await
    }

    async fn off_the_loop<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, RuntimeFault> + Send + 'static,
    ) -> Result<T, RuntimeFault> {
        let _turn = self.at_once.acquire().await.map_err(failed)?;
        tokio::task::spawn_blocking(work).await.map_err(failed)?
    }
}

fn hasher() -> Result<Argon2<'static>, RuntimeFault> {
    let params = Params::new(MEMORY_KIB, N_PASSES, N_LANES, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(what: impl std::fmt::Display) -> RuntimeFault {
    RuntimeFault::Password {
        what: what.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use vault::randomness::SeededRandomness;

    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_hash_and_no_other() {
        let passwords = Passwords::new(Arc::new(SeededRandomness::new(1)));
        let text = |text: &str| Zeroizing::new(text.to_owned());
        let hash = passwords.hash(text("lamplighter")).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            passwords
                .verify(text("lamplighter"), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(text("lamplight"), Some(hash))
                .await
                .unwrap()
        );
        assert!(!passwords.verify(text("lamplighter"), None).await.unwrap());
    }
}
