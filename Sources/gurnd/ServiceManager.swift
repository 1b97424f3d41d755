import Foundation
import Glibc

/// Tells systemd how the daemon is doing, by the datagrams of sd_notify(3). Does nothing where no manager listens.
struct ServiceManager: Sendable {
  private let address: String?

  /// Reads `NOTIFY_SOCKET`, which a manager sets for `Type=notify` services.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
  }

  /// Sends assignments such as `READY=1`. A manager that is gone is no reason to stop.
  func notify(_ assignments: String...) {
    guard let address else { return }
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    let path = Array(address.utf8)
    let fits = withUnsafeMutableBytes(of: &target.sun_path) { bytes in
      guard path.count < bytes.count else { return false }
      bytes.copyBytes(from: path)
      // A name that begins with @ lies in the abstract namespace, written with a leading zero.
      if path.first == UInt8(ascii: "@") { bytes[0] = 0 }
      return true
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard fits, descriptor >= 0 else { return }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let message = Array(assignments.joined(separator: "\n").utf8)
    withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
  }
}
