//! The scenario of every language. Prints each step that holds and ends with a panic at the first that does not.

use std::{collections::HashMap, env, error};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use suger::{Client, Error, types};
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), Box<dyn error::Error>> {
    let org_id = &env::var("SUGER_ORG_ID")?;
    let key = HeaderValue::from_str(&format!("Key {}", env::var("SUGER_API_KEY")?))?;
    let http = reqwest::Client::builder()
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, key)]))
        .build()?;
    let client = Client::new_with_client(&env::var("SUGER_BASE_URL")?, http);

    step("get an entitlement with values from the future", async {
        let entitlement = client.get_entitlement(org_id, "entitlement-1").await?;
        assert_eq!(
            entitlement.status.as_deref().map(String::as_str),
            Some("ON_THE_MOON")
        );
        assert_eq!(
            entitlement.name.as_deref(),
            Some("Globex, Analytics Enterprise 2026")
        );
        let info = entitlement.info.as_ref().expect("it has an info");
        assert_eq!(info.commit_amount, Some(16777217.05));
        Ok(())
    })
    .await;

    step("change one property of an offer", async {
        let note = types::MetaInfo {
            internal_note: Some("Call first.".into()),
            ..Default::default()
        };
        let meta_info = client
            .update_offer_meta_info(org_id, "offer-1", &note)
            .await?;
        assert_eq!(meta_info.internal_note.as_deref(), Some("Call first."));
        Ok(())
    })
    .await;

    step("page through offers", async {
        let limit = 2;
        let mut ids = Vec::new();
        loop {
            let offset = ids.len() as i64;
            let page = client
                .list_offers(
                    org_id,
                    None,
                    None,
                    None,
                    Some(limit),
                    None,
                    Some(offset),
                    None,
                    None,
                    None,
                    None,
                )
                .await?
                .into_inner();
            let last = (page.len() as i64) < limit;
            ids.extend(page.into_iter().filter_map(|offer| offer.id));
            if last {
                break;
            }
        }
        ids.sort();
        assert_eq!(ids, ["offer-1", "offer-2", "offer-3", "offer-4", "offer-5"]);
        Ok(())
    })
    .await;

    step("draft an offer with a commit", async {
        let commit = types::CommitDimension {
            key: Some("seats".into()),
            rate: Some(1250.5),
            ..Default::default()
        };
        let draft = types::Offer {
            name: Some("Draft".into()),
            info: Some(types::OfferInfo {
                commits: vec![commit],
                ..Default::default()
            }),
            ..Default::default()
        };
        let saved = client.create_or_update_draft_offer(org_id, &draft).await?;
        assert_eq!(saved.name.as_deref(), Some("Draft"));
        Ok(())
    })
    .await;

    step("report usage once", async {
        let group = types::CreateUsageRecordGroupParams {
            id: Some(Uuid::new_v4().to_string()),
            organization_id: org_id.clone(),
            entitlement_id: "entitlement-1".into(),
            records: HashMap::from([("api_calls".into(), 1250.5)]),
            billable_records: Vec::new(),
            meta_info: None,
            timestamp: None,
            usage_allocations: HashMap::new(),
        };
        let first = client
            .report_usage_record_group(org_id, "entitlement-1", &group)
            .await?;
        assert_eq!(first.id, group.id);
        match client
            .report_usage_record_group(org_id, "entitlement-1", &group)
            .await
        {
            Err(Error::ErrorResponse(refusal)) => assert_eq!(refusal.status(), 409),
            other => panic!("want a refusal, got {other:?}"),
        }
        Ok(())
    })
    .await;

    step("meet a 404", async {
        match client.get_entitlement(org_id, "missing").await {
            Err(Error::ErrorResponse(refusal)) => {
                assert_eq!(refusal.status(), 404);
                assert!(!refusal.is_empty(), "it says nothing");
            }
            other => panic!("want a refusal, got {other:?}"),
        }
        Ok(())
    })
    .await;

    step("meet a 429", async {
        match client
            .list_buyers(org_id, None, None, None, None, None, None)
            .await
        {
            Err(Error::UnexpectedResponse(refusal)) => {
                assert_eq!(refusal.status(), 429);
                assert_eq!(refusal.headers()["Retry-After"], "1");
            }
            other => panic!("want a refusal, got {other:?}"),
        }
        Ok(())
    })
    .await;
    Ok(())
}

async fn step(name: &str, run: impl Future<Output = Result<(), Error<String>>>) {
    run.await
        .unwrap_or_else(|error| panic!("step {name:?} failed: {error:?}"));
    println!("step {name:?} holds");
}
