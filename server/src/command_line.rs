//! The command line: verbs and their settings, as the outside face names them. Parsing only.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

/// Lamplighter 点灯: dispatch for people who sleep rough.
#[derive(Debug, Parser)]
#[command(name = "lamplighter", version, propagate_version = true)]
pub struct CommandLine {
    /// Print answers as JSON where a program may read them.
    #[arg(long, global = true, env = "LAMPLIGHTER_JSON")]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Serve the districts of a data folder.
    Serve(ServeArgs),
    /// Serve a simulated winter night in Putuo, with demo accounts, on the loopback address.
    Demo(DemoArgs),
    /// Import a file of another program.
    Import(ImportArgs),
    /// Play recorded reports in virtual time; the last word is the hash of the state.
    Simulate(SimulateArgs),
    /// Write cases, rows or figures for another program.
    Export(ExportArgs),
    /// Forget a person: two named people and a ground.
    Erase(EraseArgs),
    /// Check, show and compare policy files.
    #[command(subcommand)]
    Policy(PolicyVerb),
    /// Verify, inspect and copy a journal.
    #[command(subcommand)]
    Journal(JournalVerb),
    /// Accounts.
    #[command(subcommand)]
    Account(AccountVerb),
    /// Copy a data folder, without its installation key.
    Backup(BackupArgs),
    /// Make a data folder from a backup; every erasure is repeated.
    Restore(RestoreArgs),
    /// Look whether a data folder and its settings are in order.
    Doctor(DoctorArgs),
}

/// Where the data is.
#[derive(Clone, Debug, Default, Args)]
pub struct DataArgs {
    /// The data folder.
    #[arg(long, value_name = "DIR", env = "LAMPLIGHTER_DATA")]
    pub data: Option<PathBuf>,
    /// A database in place of the data folder.
    #[arg(
        long,
        value_name = "URL",
        env = "LAMPLIGHTER_DATABASE",
        conflicts_with = "data"
    )]
    pub database: Option<String>,
    /// The installation key, if it lies elsewhere than in the data folder.
    #[arg(long, value_name = "FILE", env = "LAMPLIGHTER_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// What an empty folder begins with.
    #[arg(long, value_enum, env = "LAMPLIGHTER_PRESET")]
    pub preset: Option<PresetName>,
}

/// What an empty folder begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PresetName {
    /// Putuo District.
    Putuo,
    /// Another city: departments, no streets.
    None,
}

impl PresetName {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Putuo => "putuo",
            Self::None => "none",
        }
    }
}

/// `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// A file with settings, as TOML; the command line and the environment go before it.
    #[arg(long, value_name = "FILE", env = "LAMPLIGHTER_CONFIG")]
    pub config: Option<PathBuf>,
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", env = "LAMPLIGHTER_LISTEN")]
    pub listen: Option<String>,
    /// A policy file to adopt at the start.
    #[arg(long, value_name = "FILE", env = "LAMPLIGHTER_POLICY")]
    pub policy: Option<PathBuf>,
    /// Certificate and key as PEM files, with a comma between.
    #[arg(long, value_name = "auto|CERT,KEY", env = "LAMPLIGHTER_TLS")]
    pub tls: Option<String>,
    /// What lies under the cases: nothing, a file, the addresses of tiles with {z}, {x} and {y}, or 天地图.
    #[arg(
        long,
        value_name = "none|FILE.pmtiles|URL|tianditu",
        env = "LAMPLIGHTER_BASEMAP"
    )]
    pub basemap: Option<String>,
    /// Whom a map has to name.
    #[arg(long, value_name = "TEXT", env = "LAMPLIGHTER_BASEMAP_ATTRIBUTION")]
    pub basemap_attribution: Option<String>,
    /// Districts to host beside those of the journal; the first is the default one.
    #[arg(
        long = "district",
        value_name = "CODE",
        env = "LAMPLIGHTER_DISTRICTS",
        value_delimiter = ','
    )]
    pub districts: Vec<String>,
}

/// `demo`.
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// The demo's own data folder.
    #[arg(
        long,
        value_name = "DIR",
        env = "LAMPLIGHTER_DEMO_DATA",
        default_value = "lamplighter-demo"
    )]
    pub data: PathBuf,
    /// Where to listen; only the loopback address.
    #[arg(
        long,
        value_name = "ADDR",
        env = "LAMPLIGHTER_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: String,
    /// How many times faster than the world its clock runs: 1 to 600.
    #[arg(long, env = "LAMPLIGHTER_RATE", default_value_t = 30.0)]
    pub rate: f64,
    /// Draws the night.
    #[arg(long, env = "LAMPLIGHTER_SEED", default_value_t = 1)]
    pub seed: u64,
    /// Hours of the night's own time that are played.
    #[arg(long, env = "LAMPLIGHTER_HOURS", default_value_t = 14.0)]
    pub hours: f64,
    /// Stop when the night is over, and print its figures.
    #[arg(long)]
    pub once: bool,
    /// A policy file in place of the preset's.
    #[arg(long, value_name = "FILE", env = "LAMPLIGHTER_POLICY")]
    pub policy: Option<PathBuf>,
}

/// `import`.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// What the file holds.
    #[arg(value_name = "boundaries|places|units|departments|resources|sightings|accounts")]
    pub kind: String,
    /// The file: CSV, or GeoJSON where the kind has positions.
    #[arg(required_unless_present = "template")]
    pub file: Option<PathBuf>,
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
    /// Which district.
    #[arg(long, value_name = "CODE")]
    pub district: Option<String>,
    /// The coordinate system of rows that name none.
    #[arg(long, value_name = "wgs84|cgcs2000|gcj02|bd09")]
    pub crs: Option<String>,
    /// Only report what would be done.
    #[arg(long)]
    pub dry_run: bool,
    /// Take the good rows and name the bad ones; else one bad row refuses the file.
    #[arg(long)]
    pub skip_bad: bool,
    /// Sightings are history: known places and figures, no tasks.
    #[arg(long)]
    pub history: bool,
    /// A foreign column name; may be given again.
    #[arg(long = "field", value_name = "OURS=THEIRS")]
    pub fields: Vec<String>,
    /// Print the header of the kind.
    #[arg(long)]
    pub template: bool,
}

/// `export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// What is written.
    #[arg(value_name = "cases|journal|statistics|person")]
    pub what: String,
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
    /// Which district; absent = all.
    #[arg(long, value_name = "CODE")]
    pub district: Option<String>,
    /// Where to; absent = standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Whose file, for `person`.
    #[arg(long, value_name = "ID")]
    pub person: Option<Uuid>,
    /// Who hands the file over, by name, for `person`.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// `erase`.
#[derive(Clone, Debug, Args)]
pub struct EraseArgs {
    /// The person.
    #[arg(value_name = "PERSON")]
    pub person: Uuid,
    /// Who decided it, by name; two different people.
    #[arg(long, value_name = "NAME", required = true)]
    pub by: Vec<String>,
    /// On which ground.
    #[arg(long, value_name = "TEXT")]
    pub ground: String,
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
    /// Which district; absent = the first.
    #[arg(long, value_name = "CODE")]
    pub district: Option<String>,
}

/// `simulate`.
#[derive(Clone, Debug, Args)]
pub struct SimulateArgs {
    /// Sightings as CSV or GeoJSON.
    #[arg(long, value_name = "FILE")]
    pub reports: PathBuf,
    /// Weather signals and forecasts, as JSON or CSV.
    #[arg(long, value_name = "FILE")]
    pub weather: Option<PathBuf>,
    /// Units as CSV.
    #[arg(long, value_name = "FILE")]
    pub units: Option<PathBuf>,
    /// Departments beside those of the preset, as CSV.
    #[arg(long, value_name = "FILE")]
    pub departments: Option<PathBuf>,
    /// Places as CSV or GeoJSON.
    #[arg(long, value_name = "FILE")]
    pub places: Option<PathBuf>,
    /// Resources as CSV or GeoJSON.
    #[arg(long, value_name = "FILE")]
    pub resources: Option<PathBuf>,
    /// Boundaries as GeoJSON.
    #[arg(long, value_name = "FILE")]
    pub boundaries: Option<PathBuf>,
    /// A policy file.
    #[arg(long, value_name = "FILE", env = "LAMPLIGHTER_POLICY")]
    pub policy: Option<PathBuf>,
    /// What the virtual district begins with.
    #[arg(long, value_enum, env = "LAMPLIGHTER_PRESET", default_value = "putuo")]
    pub preset: PresetName,
    /// Draws the ids.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The coordinate system of rows that name none.
    #[arg(long, value_name = "wgs84|cgcs2000|gcj02|bd09")]
    pub crs: Option<String>,
    /// A foreign column name; may be given again.
    #[arg(long = "field", value_name = "OURS=THEIRS")]
    pub fields: Vec<String>,
    /// Take the good rows of the files and name the bad ones.
    #[arg(long)]
    pub skip_bad: bool,
    /// Nobody acts: what the rules alone do.
    #[arg(long)]
    pub nobody_acts: bool,
    /// Where journal and figures are written.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// `policy`.
#[derive(Clone, Debug, Subcommand)]
pub enum PolicyVerb {
    /// Name everything that is wrong with a file.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Print every number with its unit and source; without a file of the shipped policy.
    Show {
        /// The file.
        file: Option<PathBuf>,
    },
    /// Name what differs from the shipped policy, or between two files.
    Diff {
        /// The file.
        file: PathBuf,
        /// Compared with this one; absent = the shipped policy.
        with: Option<PathBuf>,
    },
    /// Grade a journal again under another policy and say what would have been different.
    Replay {
        /// The other policy.
        file: PathBuf,
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
        /// Which district; absent = the only one.
        #[arg(long, value_name = "CODE")]
        district: Option<String>,
    },
}

/// `journal`.
#[derive(Clone, Debug, Subcommand)]
pub enum JournalVerb {
    /// Check the chain of every row and the signed heads.
    Verify {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
        /// A head that was printed before; may be given again.
        #[arg(long, value_name = "SEQ:HASH")]
        head: Vec<String>,
        /// Which district a head is of; absent = the only one.
        #[arg(long, value_name = "CODE")]
        district: Option<String>,
    },
    /// Print what is in it.
    Inspect {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Copy it into a new folder.
    Copy {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
        /// The new folder.
        to: PathBuf,
    },
}

/// `account`.
#[derive(Clone, Debug, Subcommand)]
pub enum AccountVerb {
    /// Add an account; without `--password-stdin` a password is made and printed once.
    Add {
        /// Its name.
        name: String,
        /// Its role.
        #[arg(long)]
        role: String,
        /// A street that it answers for; may be given again.
        #[arg(long = "jurisdiction", value_name = "CODE")]
        jurisdictions: Vec<String>,
        /// The department that it speaks for.
        #[arg(long, value_name = "ID")]
        department: Option<String>,
        /// The unit that it belongs to.
        #[arg(long, value_name = "ID")]
        unit: Option<String>,
        /// A district that it may enter; absent = the default one; may be given again.
        #[arg(long = "district", value_name = "CODE")]
        districts: Vec<String>,
        /// Read the password from the standard input.
        #[arg(long)]
        password_stdin: bool,
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Set another password; its sessions end.
    Password {
        /// Its name.
        name: String,
        /// Read the password from the standard input.
        #[arg(long)]
        password_stdin: bool,
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Disable an account; its sessions end.
    Disable {
        /// Its name.
        name: String,
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Print all accounts.
    List {
        /// Where the data is.
        #[command(flatten)]
        data: DataArgs,
    },
}

/// `backup`.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
    /// The new folder.
    pub to: PathBuf,
}

/// `restore`.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// The folder of the backup.
    pub from: PathBuf,
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
}

/// `doctor`.
#[derive(Clone, Debug, Args)]
pub struct DoctorArgs {
    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,
}
