import FaceCore
import Foundation
import TestSupport
import Testing

@testable import Broadcast

/// Programs of other people that hear what is sent: liblo's `oscdump` and python-osc.
@Suite(.inRealTime) struct NeutralListenerTests {
  /// Every OSC schema with every type that it sends.
  static let schemas: [SchemaConfiguration] = [
    .native(.init()), .vmc(.init()), .vrchat(.init()),
    {
      var options = VRChatSchema.Configuration()
      options.parameters = .binary
      return .vrchat(options)
    }(), .babble(.init()), .etvr, .facecap(.init()), .phiz, .faceosc,
  ]

  private static let script = """
    import sys
    from pythonosc import dispatcher, osc_server
    def heard(address, *values):
        if address == '/end': server.over = True
        else: print(address, len(values), ' '.join('%.4f' % float(v) for v in values if not isinstance(v, str)), flush=True)
    d = dispatcher.Dispatcher()
    d.set_default_handler(heard)
    server = osc_server.BlockingOSCUDPServer(('127.0.0.1', int(sys.argv[1])), d)
    server.over = False
    print('ready', flush=True)
    while not server.over: server.handle_request()
    """

  /// A program that is on the path.
  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> (Process, Pipe) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return (process, output)
  }

  /// A frame of the demo session with the face in it, and what a plain reader finds there.
  private func frame(_ configuration: SchemaConfiguration) throws -> (packets: [[UInt8]], messages: [PlainOSC.Message])
  {
    let observation = try #require(try ShippedSession.observations().first { $0.weights[.jawOpen] > 0.2 })
    var schema = try configuration.makeSchema()
    schema.encode(BroadcastFrame(observation: observation, ageSeconds: 0.0625, seconds: 1.5))
    return (schema.datagrams.packets, try schema.datagrams.messages())
  }

  /// A free port of the loopback.
  private func freePort() throws -> Int { try #require(LoopbackPeer()).port }

  @Test(arguments: schemas) func oscdumpHearsEveryMessage(_ schema: SchemaConfiguration) throws {
    guard let oscdump = Self.find("oscdump") else {
      print("skipped: oscdump is not installed (Debian: liblo-tools)")
      return
    }
    let (packets, messages) = try frame(schema)
    let port = try freePort()
    let (process, output) = try Self.run(oscdump, ["-L", String(port)])
    // Not by SIGTERM, which a child of a Dispatch thread never sees.
    defer { kill(process.processIdentifier, SIGKILL) }
    let peer = try #require(LoopbackPeer())
    // It says nothing when it is ready: it is once the first of these comes through.
    let knocking = Thread {
      while process.isRunning, !Thread.current.isCancelled {
        peer.send("/knock", to: port)
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
    knocking.start()
    _ = output.lines(until: "/knock")
    knocking.cancel()
    for packet in packets { peer.send(packet, to: port) }
    peer.send("/end", to: port)
    // "e5d8f2c1.0 /address types values"
    let heard = output.lines { $0.contains(" /end ") }.lines.filter { !$0.contains("/knock") }.dropLast()
      .map { $0.split(separator: " ", omittingEmptySubsequences: false).dropFirst().map(String.init) }
    #expect(heard.map { $0[0] } == messages.map(\.address))
    #expect(heard.map { $0[1] } == messages.map(\.tags))
    for (fields, message) in zip(heard, messages) {
      let numbers = fields.dropFirst(2).compactMap { Double($0) }
      guard message.tags.allSatisfy({ "fid".contains($0) }) else { continue }
      #expect(
        zip(numbers, message.numbers).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) }, "\(fields) \(message)")
    }
  }

  @Test(arguments: schemas) func pythonOSCHearsEveryMessage(_ schema: SchemaConfiguration) throws {
    guard let python = Self.find("python3") else {
      print("skipped: python3 is not installed")
      return
    }
    let (packets, messages) = try frame(schema)
    let port = try freePort()
    let (process, output) = try Self.run(python, ["-c", Self.script, String(port)])
    // Not by SIGTERM, which a child of a Dispatch thread never sees.
    defer { kill(process.processIdentifier, SIGKILL) }
    guard output.lines(until: { $0 == "ready" }).isFound else {
      print("skipped: python-osc is not installed (pip install python-osc)")
      return
    }
    let peer = try #require(LoopbackPeer())
    for packet in packets { peer.send(packet, to: port) }
    peer.send("/end", to: port)
    let heard = output.lines { _ in false }.lines
    #expect(heard.count == messages.count)
    for (line, message) in zip(heard, messages) {
      let fields = line.split(separator: " ").map(String.init)
      #expect(fields[0] == message.address && fields[1] == String(message.arguments.count))
      let numbers = fields.dropFirst(2).compactMap { Double($0) }
      let sent = message.arguments.compactMap { argument -> Double? in
        if case .bool(let value) = argument { return value ? 1 : 0 }
        return argument.number
      }
      #expect(zip(numbers, sent).allSatisfy { abs($0 - $1) < 1e-3 }, "\(line) \(message)")
    }
  }
}
