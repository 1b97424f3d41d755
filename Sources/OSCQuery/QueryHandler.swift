import Broadcast
import FlyingFox
import Foundation
import Synchronization

/// Answers HTTP requests by the OSCQuery proposal and upgrades WebSockets.
///
/// 200 with JSON; 204 for an attribute that is not served, or VALUE where there is none to read; 400 for a malformed request;
/// 403 for a web page from elsewhere; 404 for an address that is not there; 405 for another method than GET.
struct QueryHandler: HTTPHandler {
  let name: String
  let oscPort: Int?
  let space: AddressSpace
  let feed: ObservationFeed
  /// The request's own copy to encode into.
  let messages: SentMessages
  let listen: WebSocketHTTPHandler

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let origin = request.headers[HTTPHeader("Origin")]
    guard OriginPolicy.allows(origin: origin, host: request.headers[.host]) else {
      return HTTPResponse(statusCode: .forbidden)
    }
    if request.headers[.upgrade] != nil { return try await listen.handleRequest(request) }
    var response = try answer(request)
    response.headers[HTTPHeader("Access-Control-Allow-Origin")] = origin
    return response
  }

  private func answer(_ request: HTTPRequest) throws -> HTTPResponse {
    guard request.method == .GET else {
      let headers: HTTPHeaders = [HTTPHeader("Allow"): "GET"]
      return HTTPResponse(statusCode: .methodNotAllowed, headers: headers)
    }
    guard let path = request.target.path().removingPercentEncoding, path.hasPrefix("/"),
      let names = Self.attributes(asked: request.target.query())
    else { return HTTPResponse(statusCode: .badRequest) }
    if names.contains("HOST_INFO") { return try Self.json(hostInformation) }
    var messages = messages
    messages.encode(feed)
    guard let node = space.attributes(at: path, messages: messages) else { return HTTPResponse(statusCode: .notFound) }
    if names.isEmpty { return try Self.json(node) }
    guard let part = node.only(names), !(names.contains("VALUE") && part.value == nil) else {
      return HTTPResponse(statusCode: .noContent)
    }
    return try Self.json(part)
  }

  private var hostInformation: HostInformation {
    HostInformation(
      name: name, extensions: Dictionary(uniqueKeysWithValues: NodeAttributes.extensions.map { ($0, true) }),
      oscPort: oscPort, oscTransport: "UDP")
  }

  /// The names between `?`, `&` and `#`; nil where one is no name.
  static func attributes(asked query: String) -> [String]? {
    let query = query.prefix { $0 != "#" }
    guard !query.isEmpty else { return [] }
    let names = query.split(separator: "&", omittingEmptySubsequences: false).map(String.init)
    let areNames = names.allSatisfy { name in
      !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
    return areNames ? names : nil
  }

  private static func json(_ value: some Encodable) throws -> HTTPResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let headers: HTTPHeaders = [.contentType: "application/json", .cacheControl: "no-store"]
    return HTTPResponse(statusCode: .ok, headers: headers, body: try encoder.encode(value))
  }
}
