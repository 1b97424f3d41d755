import Foundation
import Glibc
import Testing

/// A Mosquitto with a configuration of its own on a loopback port, and listeners to it.
final class Broker {
  static let server = Tool("/usr/sbin/mosquitto")
  static let listener = Tool("/usr/bin/mosquitto_sub")
  static let skipReason: Comment = "mosquitto or mosquitto-clients is not installed"

  let port: Int
  private let shop: Workshop
  private var running: RunningTool

  /// - Parameter options: further lines of mosquitto.conf.
  init(in shop: Workshop, _ options: String = "allow_anonymous true") throws {
    port = try Self.freePort()
    self.shop = shop
    // Root's Mosquitto would become another user, who may not read the workshop.
    let user = geteuid() == 0 ? "user root\n" : ""
    try shop.write(
      "listener \(port) 127.0.0.1\npersistence false\n\(user)log_dest stderr\n\(options)\n", "mosquitto.conf")
    running = try Self.start(in: shop)
  }

  deinit { running.stop() }

  var id: Int32 { running.process.processIdentifier }

  /// Ends it as a power cut would.
  func stop() { running.stop() }

  func restart() throws { running = try Self.start(in: shop) }

  /// Subscribes to all topics; prints `TOPIC PAYLOAD` line by line.
  func listen(_ arguments: [String] = []) throws -> RunningTool {
    try RunningTool(
      try #require(Self.listener), ["-h", "127.0.0.1", "-p", "\(port)", "-v", "-t", "#"] + arguments, in: shop)
  }

  private static func start(in shop: Workshop) throws -> RunningTool {
    let tool = try RunningTool(try #require(server), ["-c", "mosquitto.conf"], in: shop)
    try #require(tool.lines(until: " running") != nil, "mosquitto did not start")
    return tool
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isBound)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
