import Glibc

/// How OSCQuery is served. Plain values: the daemon hands them to the server.
package struct OSCQueryConfiguration: Equatable, Sendable {
  package var isEnabled = true
  /// An IPv4 or IPv6 address of this machine.
  package var address = "127.0.0.1"
  /// 0…65535; 0 takes a free port.
  package var port = 39580
  /// Whether it is announced over mDNS.
  package var isAnnounced = true

  package init() {}
}

extension Configuration {
  static func readOSCQuery(_ top: inout Section, _ oscQuery: inout OSCQueryConfiguration) {
    var section = top.section("oscquery")
    section.flag("enabled", &oscQuery.isEnabled)
    section.text("address", &oscQuery.address)
    var address = in6_addr()
    let isAddress = [AF_INET, AF_INET6].contains { inet_pton($0, oscQuery.address, &address) == 1 }
    if !isAddress { section.refuse("address", "has to be an IPv4 or IPv6 address of this machine, such as 127.0.0.1") }
    section.integer("port", &oscQuery.port, in: 0...65535)
    section.flag("announce", &oscQuery.isAnnounced)
    section.finish()
  }
}
