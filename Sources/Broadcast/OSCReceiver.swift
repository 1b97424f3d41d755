import CLiblo
import Synchronization

/// Listens on a UDP port and hands on every OSC message, those in bundles and in bundles within bundles too.
///
/// liblo's server thread reads and decodes; what is not OSC it drops. Messages come on that thread, in the order of the
/// packet, and at once whatever a bundle's time tag says.
package final class OSCReceiver: Sendable {
  /// An address and its arguments; called on the receiver's thread.
  package typealias MessageHandler = @Sendable (_ address: String, _ arguments: [OSCArgument]) -> Void

  /// The port that is listened on.
  package let port: Int

  // liblo's server thread and the handler that it calls; both live until deinit.
  private nonisolated(unsafe) let server: lo_server_thread
  private let handler: Unmanaged<HandlerBox>

  /// Starts to listen.
  /// - Parameter port: 1…65535, or 0 for a free one.
  /// - Throws: ``BroadcastError/portInUse(port:reason:)``, ``BroadcastError/cannotListen(port:reason:)`` or
  ///   ``BroadcastError/invalidPort(_:)``.
  package init(port: Int, onMessage: @escaping MessageHandler) throws(BroadcastError) {
    guard (0...65535).contains(port) else { throw .invalidPort(port) }
    server = try Self.makeServer(port: port)
    handler = Unmanaged.passRetained(HandlerBox(onMessage))
    let inner = lo_server_thread_get_server(server)
    lo_server_enable_queue(inner, 0, 1)
    lo_server_thread_add_method(
      server, nil, nil,
      { path, types, arguments, count, _, context in
        guard let path, let context else { return 0 }
        let decoded = decode(types: types, arguments: arguments, count: Int(count))
        Unmanaged<HandlerBox>.fromOpaque(context).takeUnretainedValue().call(String(cString: path), decoded)
        return 0
      }, handler.toOpaque())
    self.port = Int(lo_server_thread_get_port(server))
    guard lo_server_thread_start(server) == 0 else {
      lo_server_thread_free(server)
      handler.release()
      throw .cannotListen(port: port, reason: "no thread could be started")
    }
  }

  deinit {
    lo_server_thread_free(server)
    handler.release()
  }

  private struct StartFailure {
    var code: Int32
    var message: String
  }

  /// liblo reports a failed start to a function without a context, so one start at a time owns this slot.
  private static let startFailure = Mutex<StartFailure?>(nil)
  private static let starting = Mutex(())

  private static func makeServer(port: Int) throws(BroadcastError) -> lo_server_thread {
    let (server, failure): (lo_server_thread?, StartFailure?) = starting.withLock { _ in
      startFailure.withLock { $0 = nil }
      let server = lo_server_thread_new(port == 0 ? nil : String(port)) { code, message, _ in
        let failure = StartFailure(code: code, message: message.map { String(cString: $0) } ?? "")
        OSCReceiver.startFailure.withLock { $0 = failure }
      }
      return (server, startFailure.withLock { $0 })
    }
    if let server { return server }
    // For a given port liblo says LO_NOPORT where bind() says EADDRINUSE.
    if failure?.code == LO_NOPORT {
      throw .portInUse(port: port, reason: "stop it (`ss -ulpn` names it) or choose another port")
    }
    throw .cannotListen(port: port, reason: failure?.message ?? "no reason given")
  }
}

private final class HandlerBox: Sendable {
  let call: OSCReceiver.MessageHandler

  init(_ call: @escaping OSCReceiver.MessageHandler) { self.call = call }
}

private func decode(
  types: UnsafePointer<CChar>?, arguments: UnsafeMutablePointer<UnsafeMutablePointer<lo_arg>?>?, count: Int
) -> [OSCArgument] {
  guard let types, let arguments else { return [] }
  return (0..<count).map { index in
    let tag = Character(UnicodeScalar(UInt8(bitPattern: types[index])))
    guard let argument = arguments[index] else { return tagOnly(tag) }
    switch tag {
    case "i": return .int32(argument.pointee.i)
    case "f": return .float(argument.pointee.f)
    case "h": return .int64(argument.pointee.h)
    case "d": return .double(argument.pointee.d)
    case "s", "S":
      return .string(String(cString: UnsafeRawPointer(argument).assumingMemoryBound(to: CChar.self)))
    default: return tagOnly(tag)
    }
  }
}

private func tagOnly(_ tag: Character) -> OSCArgument {
  switch tag {
  case "T": .bool(true)
  case "F": .bool(false)
  default: .other(tag)
  }
}
