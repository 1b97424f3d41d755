import Foundation
import Glibc

/// The manager's end of sd_notify: a datagram socket in a folder, read at once as a manager does. The kernel keeps ten messages
/// of a daemon whose manager does not read, and drops the rest.
final class NotifySocket: @unchecked Sendable {
  /// The end of waiting for a daemon that does not say it: no time that is tested.
  private static let patienceSeconds = 120.0

  let path: String
  private let descriptor: Int32
  private let condition = NSCondition()
  private var unread: [String] = []
  private var all: [String] = []

  init(in folder: URL) throws {
    path = folder.appending(path: "notify").path
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw POSIXError(.ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard code == 0 else { throw POSIXError(.EADDRINUSE) }
    Thread.detachNewThread { [weak self, descriptor] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0, let self else { break }
        self.arrived(String(decoding: buffer[..<count], as: UTF8.self))
      }
      close(descriptor)
    }
  }

  // Wakes the reader, which closes.
  deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Every message so far.
  var messages: [String] { condition.withLock { all } }

  private func arrived(_ message: String) {
    condition.withLock {
      unread.append(message)
      all.append(message)
      condition.signal()
    }
  }

  /// Takes messages up to the first that holds `text`; returns that message's lines, nil where none came.
  func lines(until text: String) -> [String]? {
    let end = Date(timeIntervalSinceNow: Self.patienceSeconds)
    return condition.withLock {
      while true {
        while !unread.isEmpty {
          let message = unread.removeFirst()
          if message.contains(text) { return message.split(separator: "\n").map(String.init) }
        }
        guard condition.wait(until: end) else { return nil }
      }
    }
  }
}
