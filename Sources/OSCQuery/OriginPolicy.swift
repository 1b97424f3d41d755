import Foundation
import Glibc

/// Which requests of web browsers are served.
///
/// A browser lets any page open a WebSocket to this machine, so the page's origin decides: pages served from this machine, or
/// from the address that is asked, may listen; others get 403. A name that someone else's DNS points here is no address of
/// ours. Programs send no origin and are served.
enum OriginPolicy {
  /// - Parameters:
  ///   - origin: the header `Origin`, nil where there is none.
  ///   - host: the header `Host`.
  static func allows(origin: String?, host: String?) -> Bool {
    guard let asked = host.flatMap(name), isOwn(asked) else { return false }
    guard let origin else { return true }
    guard let scheme = origin.range(of: "://"), let page = name(of: String(origin[scheme.upperBound...])) else {
      return false
    }
    return isLoopback(page) || page == asked
  }

  /// The host of `host:port`, without the brackets of IPv6.
  private static func name(of text: String) -> String? {
    let text = text.lowercased()
    if text.hasPrefix("[") {
      return text.firstIndex(of: "]").map { String(text[text.index(after: text.startIndex)..<$0]) }
    }
    let host = text.prefix { $0 != ":" && $0 != "/" }
    return host.isEmpty ? nil : String(host)
  }

  /// An address, a name of this machine, or one that only the local network gives.
  private static func isOwn(_ host: String) -> Bool {
    isLoopback(host) || isAddress(host) || host.hasSuffix(".local")
      || host == ProcessInfo.processInfo.hostName.lowercased()
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") && isAddress(host)
  }

  private static func isAddress(_ host: String) -> Bool {
    var four = in_addr()
    var six = in6_addr()
    return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
  }
}
