import Foundation
import Glibc

/// The manager's end of sd_notify: a datagram socket in a folder.
final class NotifySocket: @unchecked Sendable {
  let path: String
  private let descriptor: Int32

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
    // Not a time that is tested: the end of waiting for a daemon that says nothing.
    var patience = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Reads messages until one holds `text`; returns that message's lines, nil where none came.
  func lines(until text: String) -> [String]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      let message = String(decoding: buffer[..<count], as: UTF8.self)
      if message.contains(text) { return message.split(separator: "\n").map(String.init) }
    }
  }
}
