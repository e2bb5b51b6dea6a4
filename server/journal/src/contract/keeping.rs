//! What a store promises: each thing by its key, whole transactions, and that what is deleted is gone.

use std::collections::BTreeMap;

use bytes::Bytes;
use uuid::Uuid;

use super::{batch, entries};
use crate::chain;
use crate::fault::Fault;
use crate::journal::Archive;
use crate::store::{Account, PersonalField, Photo, Session, StoreWrite};

const HERE: &str = "310107";

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn add_key(record: u128, wrapped: &'static str) -> StoreWrite {
    StoreWrite::AddKey {
        record: id(record),
        wrapped: Bytes::from_static(wrapped.as_bytes()),
    }
}

fn field(record: u128, field: &str, sealed: &'static str) -> PersonalField {
    PersonalField {
        record: id(record),
        field: field.to_owned(),
        sealed: Bytes::from_static(sealed.as_bytes()),
    }
}

fn photo(photo: u128, record: u128) -> Photo {
    Photo {
        id: id(photo),
        record: id(record),
        sealed: Bytes::from(vec![7; 100_000]),
    }
}

pub(super) async fn a_batch_brings_its_belongings_or_nothing(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let start = chain::start(HERE);
    let belongings = vec![
        add_key(1, "one"),
        StoreWrite::PutPersonal(field(1, "note", "sealed")),
        StoreWrite::PutPhoto(photo(9, 1)),
    ];
    let head = archive
        .append(batch(HERE, start, entries(1), belongings))
        .await?;
    assert_eq!(archive.key(id(1)).await?, Some(Bytes::from_static(b"one")));
    assert_eq!(archive.personal(id(1)).await?.len(), 1);

    let stale = archive
        .append(batch(HERE, start, entries(1), vec![add_key(2, "two")]))
        .await;
    assert!(matches!(stale, Err(Fault::HeadMoved { .. })), "{stale:?}");
    let second_key = vec![add_key(3, "three"), add_key(1, "again")];
    let refused = archive
        .append(batch(HERE, head, entries(5), second_key))
        .await;
    assert!(
        matches!(refused, Err(Fault::KeyPresent { record }) if record == id(1)),
        "{refused:?}"
    );
    assert_eq!(archive.head(HERE).await?, head);
    assert_eq!(archive.key(id(2)).await?, None);
    assert_eq!(archive.key(id(3)).await?, None);
    assert_eq!(archive.key(id(1)).await?, Some(Bytes::from_static(b"one")));

    let without_rows = archive
        .append(batch(HERE, head, Vec::new(), vec![add_key(3, "three")]))
        .await?;
    assert_eq!(without_rows, head);
    assert!(archive.key(id(3)).await?.is_some());
    Ok(())
}

pub(super) async fn a_key_is_never_overwritten_and_gone_when_deleted(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    archive
        .write(vec![add_key(1, "one"), add_key(2, "two")])
        .await?;
    let again = archive
        .write(vec![add_key(3, "three"), add_key(2, "other")])
        .await;
    assert!(
        matches!(again, Err(Fault::KeyPresent { record }) if record == id(2)),
        "{again:?}"
    );
    assert_eq!(archive.key(id(3)).await?, None);
    let twice = archive
        .write(vec![add_key(4, "one"), add_key(4, "two")])
        .await;
    assert!(matches!(twice, Err(Fault::KeyPresent { .. })), "{twice:?}");

    let rewrapped = |record| StoreWrite::RewrapKey {
        record: id(record),
        wrapped: Bytes::from_static(b"anew"),
    };
    archive.write(vec![rewrapped(2), rewrapped(7)]).await?;
    assert_eq!(archive.key(id(2)).await?, Some(Bytes::from_static(b"anew")));
    assert_eq!(archive.key(id(7)).await?, None);

    archive
        .write(vec![
            StoreWrite::DeleteKey { record: id(1) },
            StoreWrite::DeleteKey { record: id(8) },
        ])
        .await?;
    assert_eq!(archive.key(id(1)).await?, None);
    assert_eq!(
        archive.keys(None, 10).await?,
        [(id(2), Bytes::from_static(b"anew"))]
    );
    archive
        .write(vec![
            add_key(5, "five"),
            StoreWrite::DeleteKey { record: id(5) },
            add_key(5, "anew"),
        ])
        .await?;
    assert_eq!(archive.key(id(5)).await?, Some(Bytes::from_static(b"anew")));
    Ok(())
}

pub(super) async fn personal_fields_and_photos_belong_to_their_record(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let put = |personal| StoreWrite::PutPersonal(personal);
    archive
        .write(vec![
            put(field(1, "note", "a")),
            put(field(1, "looks", "b")),
            put(field(1, "note", "c")),
            put(field(2, "note", "d")),
            StoreWrite::PutPhoto(photo(11, 1)),
            StoreWrite::PutPhoto(photo(10, 1)),
            StoreWrite::PutPhoto(photo(12, 2)),
        ])
        .await?;
    let of_one = archive.personal(id(1)).await?;
    let expected = [("looks", &b"b"[..]), ("note", b"c")];
    assert_eq!(
        of_one,
        expected
            .map(|(field, sealed)| (field.to_owned(), Bytes::from_static(sealed)))
            .into()
    );
    assert_eq!(archive.photos_of(id(1)).await?, [id(10), id(11)]);
    assert_eq!(archive.photo(id(12)).await?, Some(photo(12, 2)));
    assert_eq!(archive.photo(id(99)).await?, None);

    let looks = StoreWrite::DeletePersonalField {
        record: id(1),
        field: "looks".to_owned(),
    };
    archive
        .write(vec![looks, StoreWrite::DeletePhoto { id: id(10) }])
        .await?;
    assert_eq!(
        archive.personal(id(1)).await?.keys().collect::<Vec<_>>(),
        ["note"]
    );
    assert_eq!(archive.photos_of(id(1)).await?, [id(11)]);

    archive
        .write(vec![StoreWrite::DeletePersonal { record: id(1) }])
        .await?;
    assert_eq!(archive.personal(id(1)).await?, BTreeMap::new());
    assert_eq!(archive.photos_of(id(1)).await?, Vec::<Uuid>::new());
    assert_eq!(archive.personal(id(2)).await?.len(), 1);
    assert_eq!(archive.photos(None, 10).await?, [id(12)]);
    Ok(())
}

pub(super) async fn pages_go_on_where_they_stopped(archive: &dyn Archive) -> Result<(), Fault> {
    let mut writes = Vec::new();
    for n in 0..7 {
        writes.push(add_key(n, "key"));
        writes.push(StoreWrite::PutPersonal(field(
            n / 2,
            if n % 2 == 0 { "looks" } else { "note" },
            "sealed",
        )));
        writes.push(StoreWrite::PutPhoto(photo(n, 1)));
    }
    archive.write(writes).await?;
    let records = |keys: Vec<(Uuid, Bytes)>| {
        keys.iter()
            .map(|(record, _)| record.as_u128())
            .collect::<Vec<_>>()
    };
    assert_eq!(records(archive.keys(None, 3).await?), [0, 1, 2]);
    assert_eq!(records(archive.keys(Some(id(2)), 3).await?), [3, 4, 5]);
    assert_eq!(records(archive.keys(Some(id(5)), 3).await?), [6]);
    assert_eq!(archive.photos(Some(id(4)), 9).await?, [id(5), id(6)]);
    let fields = archive.personal_fields(None, 3).await?;
    let names = |fields: &[PersonalField]| {
        fields
            .iter()
            .map(|field| (field.record.as_u128(), field.field.clone()))
            .collect::<Vec<_>>()
    };
    let of = |n, field: &str| (n, field.to_owned());
    assert_eq!(
        names(&fields),
        [of(0, "looks"), of(0, "note"), of(1, "looks")]
    );
    let more = archive
        .personal_fields(Some((id(1), "looks".to_owned())), 9)
        .await?;
    assert_eq!(
        names(&more),
        [of(1, "note"), of(2, "looks"), of(2, "note"), of(3, "looks")]
    );
    Ok(())
}

pub(super) async fn accounts_are_kept_by_name(archive: &dyn Archive) -> Result<(), Fault> {
    let street = Account {
        account: "street1".to_owned(),
        password_hash: "$argon2id$…".to_owned(),
        role: "street".to_owned(),
        jurisdictions: vec!["310107005".to_owned(), "310107014".to_owned()],
        department: None,
        unit: Some("u-1".to_owned()),
        districts: vec![HERE.to_owned()],
        disabled: false,
        rights_version: 1,
    };
    let command = Account {
        account: "command".to_owned(),
        jurisdictions: Vec::new(),
        department: Some("civil_affairs".to_owned()),
        unit: None,
        ..street.clone()
    };
    archive
        .write(vec![
            StoreWrite::PutAccount(street.clone()),
            StoreWrite::PutAccount(command.clone()),
        ])
        .await?;
    assert_eq!(archive.account("street1").await?, Some(street.clone()));
    assert_eq!(archive.account("nobody").await?, None);
    assert_eq!(archive.accounts().await?, [command.clone(), street.clone()]);
    let disabled = Account {
        disabled: true,
        rights_version: 2,
        ..street
    };
    archive
        .write(vec![StoreWrite::PutAccount(disabled.clone())])
        .await?;
    assert_eq!(archive.accounts().await?, [command, disabled]);
    Ok(())
}

pub(super) async fn sessions_end_by_hash_by_account_and_by_time(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let session = |n: u8, account: &str| Session {
        token_hash: [n; 32],
        account: account.to_owned(),
        created_at_ms: 1000,
        expires_at_ms: 1000 * i64::from(n),
    };
    let all = [
        session(1, "a"),
        session(2, "a"),
        session(3, "b"),
        session(4, "b"),
        session(5, "c"),
    ];
    archive
        .write(all.iter().cloned().map(StoreWrite::PutSession).collect())
        .await?;
    assert_eq!(archive.sessions().await?, all);
    assert_eq!(archive.session([3; 32]).await?, Some(session(3, "b")));
    archive
        .write(vec![StoreWrite::DeleteSession {
            token_hash: [3; 32],
        }])
        .await?;
    assert_eq!(archive.session([3; 32]).await?, None);
    archive
        .write(vec![StoreWrite::DeleteSessionsOf {
            account: "a".to_owned(),
        }])
        .await?;
    assert_eq!(
        archive.sessions().await?,
        [session(4, "b"), session(5, "c")]
    );
    archive
        .write(vec![StoreWrite::DeleteSessionsExpired { at_ms: 4000 }])
        .await?;
    assert_eq!(archive.sessions().await?, [session(5, "c")]);
    Ok(())
}

pub(super) async fn the_newest_position_of_a_unit_is_kept(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let put = |district: &str, unit: &str, report: &'static str| StoreWrite::PutPosition {
        district: district.to_owned(),
        unit: unit.to_owned(),
        report: Bytes::from_static(report.as_bytes()),
    };
    archive
        .write(vec![
            put(HERE, "u-1", "a"),
            put(HERE, "u-2", "b"),
            put("310106", "u-1", "c"),
            put(HERE, "u-1", "d"),
        ])
        .await?;
    let expected = [("u-1", &b"d"[..]), ("u-2", b"b")];
    let expected: BTreeMap<_, _> = expected
        .map(|(unit, report)| (unit.to_owned(), Bytes::from_static(report)))
        .into();
    assert_eq!(archive.positions(HERE).await?, expected);
    assert_eq!(archive.districts_with_positions().await?, ["310106", HERE]);
    let forget = StoreWrite::DeletePosition {
        district: HERE.to_owned(),
        unit: "u-1".to_owned(),
    };
    archive.write(vec![forget]).await?;
    assert_eq!(archive.positions(HERE).await?.len(), 1);
    assert_eq!(archive.positions("310106").await?.len(), 1);
    Ok(())
}

pub(super) async fn texts_are_kept_by_hash_and_settings_by_name(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let policy = |hash: &str, text: &str| StoreWrite::PutPolicy {
        content_hash: hash.to_owned(),
        text: text.to_owned(),
    };
    let boundaries = |hash: &str, text: &str| StoreWrite::PutBoundaries {
        content_hash: hash.to_owned(),
        text: text.to_owned(),
    };
    let setting = |name: &str, value: &str| StoreWrite::PutSetting {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    archive
        .write(vec![
            policy("h2", "two"),
            policy("h1", "one"),
            policy("h1", "one"),
            boundaries("h1", "{}"),
        ])
        .await?;
    archive
        .write(vec![
            setting("epoch", "1"),
            setting("preset", "putuo"),
            setting("epoch", "2"),
        ])
        .await?;
    assert_eq!(archive.policy("h1").await?.as_deref(), Some("one"));
    assert_eq!(archive.policy("h9").await?, None);
    assert_eq!(archive.policies().await?, ["h1", "h2"]);
    assert_eq!(archive.boundaries("h1").await?.as_deref(), Some("{}"));
    assert_eq!(archive.boundary_sets().await?, ["h1"]);
    assert_eq!(archive.setting("epoch").await?.as_deref(), Some("2"));
    archive
        .write(vec![StoreWrite::DeleteSetting {
            name: "epoch".to_owned(),
        }])
        .await?;
    assert_eq!(archive.setting("epoch").await?, None);
    assert_eq!(
        archive.settings().await?,
        BTreeMap::from([("preset".to_owned(), "putuo".to_owned())])
    );
    Ok(())
}

pub(super) async fn many_writes_at_once_are_all_done(archive: &dyn Archive) -> Result<(), Fault> {
    let mut writes = Vec::new();
    for n in 0..1000_u32 {
        writes.push(add_key(u128::from(n), "key"));
        writes.push(StoreWrite::PutPersonal(field(
            u128::from(n),
            "note",
            "sealed",
        )));
        let unit = format!("u-{}", n % 300);
        writes.push(StoreWrite::PutPosition {
            district: HERE.to_owned(),
            unit,
            report: Bytes::from(n.to_string()),
        });
    }
    archive.write(writes).await?;
    assert_eq!(archive.keys(None, 2000).await?.len(), 1000);
    assert_eq!(archive.personal_fields(None, 2000).await?.len(), 1000);
    let positions = archive.positions(HERE).await?;
    assert_eq!(positions.len(), 300);
    assert_eq!(
        positions.get("u-99"),
        Some(&Bytes::from_static(b"999")),
        "the later of two wins"
    );
    Ok(())
}
