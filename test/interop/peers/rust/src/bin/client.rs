//! The client of the crate coap: client. Reads requests from standard input, a JSON object a line, sends one after the
//! other, and prints each response as a line of JSON. Of an observation as many lines as "notifications" says, the first
//! response included. client URI PRIVATE_KEY CLAIMS PEER_CLAIMS runs EDHOC as the Initiator instead, with its credentials
//! in hexadecimal, and prints the session's secrets.

use coap::client::{ObserveMessage, UdpCoAPClient};
use coap::edhoc::{edhoc_initiate, EDHOC_WELL_KNOWN_PATH};
use coap::request::RequestBuilder;
use coap_lite::block_handler::BlockValue;
use coap_lite::{CoapOption, CoapRequest, MessageClass, Packet, RequestType as Method};
use coapsule_peer::{bytes, credential, digits, identity, line};
use serde_json::{json, Value};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc::unbounded_channel;

fn show(message: &Packet) {
    let code = u8::from(message.header.code);
    let etag = message.get_first_option(CoapOption::ETag).map(|etag| digits(etag));
    println!(
        "{}",
        json!({
            "code": format!("{}.{:02}", code >> 5, code & 31),
            "payload": digits(&message.payload),
            "etag": etag,
        })
    );
}

fn unescape(text: &str) -> Vec<u8> {
    let mut unescaped = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        if *first == b'%' {
            unescaped.extend(bytes(std::str::from_utf8(&others[..2]).expect("two digits")));
            rest = &others[2..];
        } else {
            unescaped.push(*first);
            rest = others;
        }
    }
    unescaped
}

/// Address, path and query of a URI.
fn parse(uri: &str) -> (SocketAddr, &str, Option<&str>) {
    let (address, rest) = uri["coap://".len()..].split_once('/').expect("a path");
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    (address.parse().expect("an address"), path, query)
}

fn method(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "FETCH" => Method::Fetch,
        "PATCH" => Method::Patch,
        _ => Method::IPatch,
    }
}

fn build(wanted: &Value, path: &str, query: Option<&str>, token: u32) -> CoapRequest<SocketAddr> {
    let path = String::from_utf8(unescape(path)).expect("UTF-8");
    let mut request = RequestBuilder::new(&path, method(wanted["method"].as_str().unwrap()))
        .queries(query.map(unescape).into_iter().collect())
        .data(Some(bytes(wanted["payload"].as_str().unwrap_or(""))))
        .confirmable(wanted["non"] != true)
        .token(Some(token.to_be_bytes().to_vec()))
        .build();
    if let Some(format) = wanted["contentFormat"].as_u64() {
        let value = if format == 0 { vec![] } else { vec![u8::try_from(format).expect("a small number")] };
        request.message.add_option(CoapOption::ContentFormat, value);
    }
    for etag in wanted["etags"].as_array().into_iter().flatten() {
        request.message.add_option(CoapOption::ETag, bytes(etag.as_str().unwrap()));
    }
    if let (Some(size), Method::Get) = (wanted["blockSize"].as_u64(), request.get_method()) {
        let block = BlockValue::new(0, false, size as usize).expect("a size of blocks");
        request.message.add_option_as(CoapOption::Block2, block);
    }
    request
}

async fn observe(client: &UdpCoAPClient, request: CoapRequest<SocketAddr>, states: u64) {
    let (sender, mut receiver) = unbounded_channel();
    let observation = client
        .observe_with(request, move |state| drop(sender.send(state)))
        .await
        .expect("a registration");
    for _ in 0..states {
        show(&receiver.recv().await.expect("a state").expect("a whole state"));
    }
    observation.send(ObserveMessage::Terminate).expect("an observation that lives");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [uri, private_key, claims, peer] = &args[..] {
        let client = UdpCoAPClient::new(parse(uri).0).await.expect("a socket");
        let own = identity(private_key, claims);
        match edhoc_initiate(&client, EDHOC_WELL_KNOWN_PATH, &own, Some(credential(peer))).await {
            Ok(secrets) => println!("{}", line(&secrets)),
            Err(error) => println!("failed: {error}"),
        }
        return;
    }
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut token = 0;
    while let Some(text) = lines.next_line().await.expect("UTF-8") {
        let wanted: Value = serde_json::from_str(&text).expect("JSON");
        let (address, path, query) = parse(wanted["uri"].as_str().unwrap());
        let mut client = UdpCoAPClient::new(address).await.expect("a socket");
        client.set_receive_timeout(Duration::from_secs(2));
        if let Some(size) = wanted["blockSize"].as_u64() {
            client.set_block1_size(size as usize);
        }
        token += 1;
        let request = build(&wanted, path, query, token);
        debug_assert!(matches!(request.message.header.code, MessageClass::Request(_)));
        match wanted["notifications"].as_u64() {
            Some(states) => observe(&client, request, states).await,
            None => show(&client.send(request).await.expect("a response").message),
        }
    }
    // What is still to be sent, such as a deregistration.
    tokio::time::sleep(Duration::from_millis(100)).await;
}
