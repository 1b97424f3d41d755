import Foundation
import Glibc

/// Tells systemd how the daemon is doing, by the datagrams of sd_notify(3). Does nothing where no manager listens.
///
/// One socket for the whole life: a daemon that has run out of descriptors can still feed its watchdog. Any thread.
final class ServiceManager: Sendable {
  /// The watchdog's patience by sd_watchdog_enabled(3); nil where no watchdog waits for this process.
  let watchdogLimit: Duration?
  private let descriptor: Int32?

  /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, which a manager sets.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    descriptor = environment["NOTIFY_SOCKET"].flatMap(Self.connected)
    let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
    let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogLimit = isMeant && limit > 0 && descriptor != nil ? .microseconds(limit) : nil
  }

  deinit { if let descriptor { close(descriptor) } }

  /// Whether a manager listens.
  var isListening: Bool { descriptor != nil }

  /// Sends assignments such as `READY=1`. A manager that is gone or does not read is no reason to stop.
  func notify(_ assignments: String...) {
    guard let descriptor else { return }
    // A line feed would begin another assignment.
    let lines = assignments.map { $0.replacingOccurrences(of: "\n", with: " ") }
    let message = Array(lines.joined(separator: "\n").utf8)
    _ = send(descriptor, message, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
  }

  /// Says that a reload begins, as `Type=notify-reload` wants it: with the time of CLOCK_MONOTONIC in microseconds.
  func notifyReloading() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    notify("RELOADING=1", "MONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)")
  }

  /// A datagram socket to the manager's address: a path, or a name in the abstract namespace that begins with @.
  private static func connected(to address: String) -> Int32? {
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    let path = Array(address.utf8)
    let fits = withUnsafeMutableBytes(of: &target.sun_path) { bytes in
      guard path.count > 1, path.count < bytes.count, address.hasPrefix("/") || address.hasPrefix("@") else {
        return false
      }
      bytes.copyBytes(from: path)
      // A name in the abstract namespace is written with a leading zero.
      if path.first == UInt8(ascii: "@") { bytes[0] = 0 }
      return true
    }
    guard fits else { return nil }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let code = withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
    }
    guard code == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }
}
