//! A server on the crate coap for our client to try: server PORT [PRIVATE_KEY CLAIMS PEER_CLAIMS]. With its credentials of
//! EDHOC, in hexadecimal, it is a Responder, too, and prints the session's secrets. It listens at ::1 and prints "ready".

use coap::edhoc::{process_edhoc_message, EdhocResponderStore, OscoreSecrets, EDHOC_WELL_KNOWN_PATH};
use coap::{Server, UdpCoAPClient};
use coap_lite::{CoapOption, CoapRequest, CoapResponse, RequestType as Method, ResponseType as Status};
use coapsule_peer::{credential, identity, line};
use lakers::Credential;
use std::collections::hash_map::DefaultHasher;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

const OCTET_STREAM: u8 = 42;
const LINK_FORMAT: u8 = 40;
const EDHOC_CBOR_SEQ: u8 = 64;
/// The crate lists the routes of its router; these are the server's own.
const LINKS: &[u8] = b"</store>,</methods>,</separate>,</state>;obs";

#[derive(Clone)]
struct Body {
    bytes: Vec<u8>,
    format: Option<Vec<u8>>,
}

impl Body {
    fn etag(&self) -> Vec<u8> {
        let mut hasher = DefaultHasher::new();
        self.bytes.hash(&mut hasher);
        hasher.finish().to_be_bytes().to_vec()
    }
}

struct Responder {
    store: EdhocResponderStore,
    peer: Credential,
}

#[derive(Default)]
struct Resources {
    stored: Mutex<HashMap<String, Body>>,
    state: Mutex<Vec<u8>>,
    released: Notify,
    responder: Option<Responder>,
}

fn contains(request: &CoapRequest<SocketAddr>, option: CoapOption, value: &[u8]) -> bool {
    let values = request.message.get_option(option);
    values.is_some_and(|all| all.iter().any(|one| one == value))
}

fn answer(response: &mut CoapResponse, status: Status, payload: Vec<u8>, format: Option<Vec<u8>>) {
    response.set_status(status);
    response.message.payload = payload;
    if let Some(value) = format {
        response.message.add_option(CoapOption::ContentFormat, value);
    }
}

impl Resources {
    /// Bodies by their path.
    fn store(&self, path: String, request: &CoapRequest<SocketAddr>, response: &mut CoapResponse) {
        let mut stored = self.stored.lock().unwrap();
        let known = stored.get(&path).cloned();
        match (request.get_method(), known) {
            (Method::Get, None) => {
                answer(response, Status::NotFound, b"nothing is stored here".to_vec(), None)
            }
            (Method::Get, Some(body)) => {
                response.message.add_option(CoapOption::ETag, body.etag());
                if contains(request, CoapOption::ETag, &body.etag()) {
                    answer(response, Status::Valid, vec![], None)
                } else {
                    answer(response, Status::Content, body.bytes, body.format)
                }
            }
            (Method::Put, known) => {
                let if_match = request.message.get_option(CoapOption::IfMatch).is_some();
                let is_wanted = match &known {
                    None => !if_match,
                    Some(body) => {
                        request.message.get_option(CoapOption::IfNoneMatch).is_none()
                            && (!if_match || contains(request, CoapOption::IfMatch, &body.etag()))
                    }
                };
                if !is_wanted {
                    return answer(response, Status::PreconditionFailed, vec![], None);
                }
                let format = request.message.get_first_option(CoapOption::ContentFormat).cloned();
                stored.insert(path, Body { bytes: request.message.payload.clone(), format });
                let status = if known.is_some() { Status::Changed } else { Status::Created };
                answer(response, status, vec![], None)
            }
            (Method::Delete, _) => {
                stored.remove(&path);
                answer(response, Status::Deleted, vec![], None)
            }
            _ => answer(response, Status::MethodNotAllowed, vec![], None),
        }
    }

    /// Says what it was asked.
    fn methods(&self, request: &CoapRequest<SocketAddr>, response: &mut CoapResponse) {
        let method = format!("{:?}", request.get_method()).to_uppercase();
        let queries = request.message.get_option(CoapOption::UriQuery).cloned().unwrap_or_default();
        let queries: Vec<_> = queries.iter().map(|query| String::from_utf8_lossy(query)).collect();
        let mut payload = format!("{method} {} ", queries.join("&")).into_bytes();
        payload.extend(&request.message.payload);
        answer(response, Status::Content, payload, Some(vec![OCTET_STREAM]))
    }

    async fn edhoc(&self, responder: &Responder, request: &CoapRequest<SocketAddr>, response: &mut CoapResponse) {
        let hook = |_: SocketAddr, secrets: OscoreSecrets| async move { println!("{}", line(&secrets)) };
        let (store, source) = (&responder.store, request.source.unwrap());
        let message = process_edhoc_message(store, &responder.peer, Some(&hook), source, &request.message.payload);
        let (status, payload) = match message.await {
            Ok(payload) => (Status::Changed, payload),
            Err(error) => error.to_error_message(),
        };
        answer(response, status, payload, Some(vec![EDHOC_CBOR_SEQ]))
    }

    async fn handle(&self, mut request: Box<CoapRequest<SocketAddr>>) -> Box<CoapRequest<SocketAddr>> {
        let Some(mut response) = request.response.take() else {
            return request;
        };
        let path = request.get_path();
        match (path.as_str(), request.get_method()) {
            ("methods", _) => self.methods(&request, &mut response),
            // A GET is answered when somebody sends a POST.
            ("separate", Method::Get) => {
                self.released.notified().await;
                answer(&mut response, Status::Content, b"later".to_vec(), None)
            }
            ("separate", _) => {
                self.released.notify_one();
                answer(&mut response, Status::Changed, vec![], None)
            }
            // The crate notifies by itself of what is PUT.
            ("state", Method::Put) => {
                *self.state.lock().unwrap() = request.message.payload.clone();
                answer(&mut response, Status::Changed, vec![], None)
            }
            ("state", _) => {
                let state = self.state.lock().unwrap().clone();
                answer(&mut response, Status::Content, state, Some(vec![OCTET_STREAM]))
            }
            (".well-known/core", _) => {
                answer(&mut response, Status::Content, LINKS.to_vec(), Some(vec![LINK_FORMAT]))
            }
            (EDHOC_WELL_KNOWN_PATH, Method::Post) if self.responder.is_some() => {
                self.edhoc(self.responder.as_ref().unwrap(), &request, &mut response).await
            }
            _ if path.starts_with("store/") => self.store(path, &request, &mut response),
            _ => answer(&mut response, Status::NotFound, vec![], None),
        }
        request.response = Some(response);
        request
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let address = format!("[::1]:{}", args[0]);
    let responder = (args.len() > 1).then(|| Responder {
        store: EdhocResponderStore::new(identity(&args[1], &args[2])),
        peer: credential(&args[3]),
    });
    let resources = Arc::new(Resources { responder, ..Resources::default() });
    let server = Server::new_udp(&address).expect("a free port");
    let running = tokio::spawn(server.run(move |request| {
        let resources = resources.clone();
        async move { resources.handle(request).await }
    }));
    // What nobody has PUT cannot be observed.
    UdpCoAPClient::put(&format!("coap://{address}/state"), b"first".to_vec()).await.expect("a response");
    println!("ready");
    running.await.expect("no panic").expect("a socket that lives");
}
