import FaceCore
import Synchronization
import TestSupport
import Testing

@testable import Broadcast

@Suite struct ControlPortTests {
  @Test func aSubscriberHearsItsSchemaOnItsOwnPort() throws {
    let rig = try ControlRig()
    let sender = try OSCSender(targets: [], subscriptions: rig.table)
    let peer = try #require(LoopbackPeer())
    let answer = try #require(peer.ask("/gurn/subscribe", [.string("native")], of: rig.port.port))
    #expect(answer.address == "/gurn/done" && answer.arguments.first == .string("/gurn/subscribe"))
    sender.send(face(.jawOpen, 0.5), ageSeconds: 0)
    let packets = try (0..<3).map { _ in try #require(peer.receive()) }
    let messages = try packets.flatMap { try PlainOSC.read($0).messages }
    #expect(messages.contains(.init(address: "/gurn/face/0/blend/jawOpen", arguments: [.float(0.5)])))
    #expect(rig.table.statuses(now: OSCSender.now).map(\.sent) == [3])
    #expect(peer.ask("/gurn/unsubscribe", of: rig.port.port)?.arguments.last == .string("1 ended"))
    #expect(rig.table.count == 0)
  }

  @Test func aSubscriberMayNameAnotherPortOfItsHost() throws {
    let rig = try ControlRig()
    let sender = try OSCSender(targets: [Target(port: 9, schema: .vmc(.init()))], subscriptions: rig.table)
    let (asking, hearing) = (try #require(LoopbackPeer()), try #require(LoopbackPeer()))
    _ = asking.ask("/gurn/subscribe", [.string("vmc"), .int32(Int32(hearing.port))], of: rig.port.port)
    sender.send(face(), ageSeconds: 0)
    let packet = try #require(hearing.receive())
    #expect(try PlainOSC.read(packet).messages[0].address == "/VMC/Ext/OK")
    // Asked again for another schema it is changed, not added.
    _ = asking.ask("/gurn/subscribe", [.string("facecap"), .int32(Int32(hearing.port))], of: rig.port.port)
    #expect(rig.table.statuses(now: OSCSender.now).map(\.schema) == ["facecap"])
    // Who asks from another port can renew and end it by naming the port.
    let other = try #require(LoopbackPeer())
    #expect(other.ask("/gurn/unsubscribe", of: rig.port.port)?.arguments.last == .string("0 ended"))
    let named: [OSCArgument] = [.int32(Int32(hearing.port))]
    #expect(other.ask("/gurn/unsubscribe", named, of: rig.port.port)?.arguments.last == .string("1 ended"))
  }

  @Test func itWorksOverIPv6() throws {
    let rig = try ControlRig()
    guard let peer = LoopbackPeer(host: "::1") else {
      print("skipped: this machine has no IPv6 loopback")
      return
    }
    #expect(peer.ask("/gurn/ping", of: rig.port.port)?.address == "/gurn/pong")
    #expect(peer.ask("/gurn/subscribe", [.string("opentrack")], of: rig.port.port)?.address == "/gurn/done")
    try OSCSender(targets: [], subscriptions: rig.table).send(face(), ageSeconds: 0)
    #expect(peer.receive()?.count == 48)
  }

  @Test func pingAndStatusAreAnswered() throws {
    let rig = try ControlRig()
    let peer = try #require(LoopbackPeer())
    #expect(peer.ask("/gurn/ping", of: rig.port.port) == .init(address: "/gurn/pong", arguments: []))
    #expect(
      peer.ask("/gurn/status", of: rig.port.port)
        == .init(address: "/gurn/status.reply", arguments: [.string(#"{"face":true}"#)]))
  }

  @Test func refusalsSayWhatWouldBeRight() throws {
    let rig = try ControlRig { $0.maxSubscribers = 1 }
    let (first, second) = (try #require(LoopbackPeer()), try #require(LoopbackPeer()))
    let unknown = first.ask("/gurn/subscribe", [.string("natve")], of: rig.port.port)
    #expect(unknown?.address == "/gurn/fail")
    guard case .string(let text)? = unknown?.arguments.last else {
      Issue.record("no reason")
      return
    }
    #expect(text.hasPrefix("there is no schema 'natve'; known: native, vmc, vrchat"))
    _ = first.ask("/gurn/subscribe", [.string("native")], of: rig.port.port)
    let full = second.ask("/gurn/subscribe", [.string("native")], of: rig.port.port)
    #expect(full?.arguments.last == .string("all 1 streams are taken"))
    // A place that is there already is renewed all the same.
    #expect(first.ask("/gurn/subscribe", [.string("vmc")], of: rig.port.port)?.address == "/gurn/done")
    let itself: [OSCArgument] = [.string("native"), .int32(Int32(rig.port.port))]
    #expect(second.ask("/gurn/subscribe", itself, of: rig.port.port)?.address == "/gurn/fail")
  }

  @Test(
    arguments: [
      ("/gurn/calibrate", [], ControlCommand.calibrate(kind: "neutral")),
      ("/gurn/calibrate", [.string("range")], .calibrate(kind: "range")),
      ("/gurn/pause", [], .pause(nil)), ("/gurn/pause", [.int32(1)], .pause(true)),
      ("/gurn/pause", [.bool(false)], .pause(false)), ("/gurn/resume", [], .pause(false)),
      ("/gurn/record/start", [.string("take 1")], .startRecording(name: "take 1")),
      ("/gurn/record/stop", [], .stopRecording), ("/gurn/mirror", [.float(1)], .mirror(true)),
      ("/gurn/profile", [.string("ada")], .selectProfile("ada")),
      ("/gurn/set", [.string("filters.lids.beta"), .float(2.5)], .set(key: "filters.lids.beta", value: "2.5")),
      ("/gurn/set", [.string("log.level"), .string("debug")], .set(key: "log.level", value: "debug")),
      ("/VMC/Ext/Set/Calib/Exec", [.int32(0)], .calibrate(kind: "neutral")),
      ("/avatar/parameters/etvr_recenter", [.bool(true)], .recentre),
    ] as [(String, [OSCArgument], ControlCommand)])
  func commandsReachTheDaemon(_ address: String, _ arguments: [OSCArgument], _ command: ControlCommand) throws {
    let rig = try ControlRig()
    let peer = try #require(LoopbackPeer())
    let answer = peer.ask(address, arguments, of: rig.port.port)
    #expect(rig.heard == [command])
    #expect(answer?.arguments.first == .string(address))
    #expect(answer?.address == (command == .recentre ? "/gurn/fail" : "/gurn/done"))
    // And what the command itself would send is the same command.
    #expect(ControlCommand(address: command.message.address, arguments: command.message.arguments) == command)
  }

  @Test func argumentsThatDoNotFitAreCountedAndNotAnswered() throws {
    let rig = try ControlRig()
    let peer = try #require(LoopbackPeer())
    let wrong: [(String, [OSCArgument])] = [
      ("/gurn/subscribe", []), ("/gurn/subscribe", [.int32(1)]), ("/gurn/subscribe", [.string("vmc"), .int32(70000)]),
      ("/gurn/subscribe", [.string("vmc"), .float(1.5)]), ("/gurn/ping", [.string("x")]),
      ("/gurn/pause", [.string("on")]),
      ("/gurn/set", [.string("log.level")]), ("/gurn/set", [.string("a"), .float(.nan)]), ("/gurn/profile", []),
      ("/gurn/nothing", []), ("/gurn/pong", []), ("/gurn/done", [.string("a")]),
      ("/avatar/parameters/etvr_recenter", [.bool(false)]),
    ]
    for (address, arguments) in wrong { peer.send(address, arguments, to: rig.port.port) }
    peer.send([1, 2, 3], to: rig.port.port)
    // The first answer is that to the ping.
    #expect(peer.ask("/gurn/ping", of: rig.port.port)?.address == "/gurn/pong")
    #expect(rig.heard.isEmpty)
    let counters = rig.port.counters
    #expect(counters.unknown == wrong.count && counters.malformed == 1 && counters.strangers == 0)
  }

  @Test func leasesEndUnlessTheyAreRenewed() throws {
    let table = SubscriptionTable(limit: 8)
    guard case .found(let address) = ResolvedAddress.look(up: "127.0.0.1", port: 4000, numericOnly: true),
      case .found(let other) = ResolvedAddress.look(up: "127.0.0.1", port: 4001, numericOnly: true)
    else {
      Issue.record("no address")
      return
    }
    for target in [address, other] {
      let answer = try table.subscribe(
        target, source: target, name: "native", schema: .native(.init()), socket: nil, now: 100)
      #expect(answer == .done)
    }
    table.renew(address, port: nil, now: 105)
    table.expire(now: 109.9)
    #expect(table.count == 2)
    table.expire(now: 110)
    #expect(table.statuses(now: 110).map(\.address) == ["127.0.0.1:4000"])
    #expect(table.statuses(now: 110).map(\.secondsLeft) == [5])
    table.expire(now: 115)
    #expect(table.count == 0)
  }

  @Test func aBusyControlPortIsNamed() throws {
    let rig = try ControlRig()
    let error = #expect(throws: BroadcastError.self) { try ControlRig { $0.port = rig.port.port } }
    #expect(error?.description.contains("port \(rig.port.port) is in use") == true)
  }
}

/// Requests from other hosts, judged without a network: what would be sent is collected.
@Suite struct StrangerTests {
  private final class Replies: Sendable {
    let all = Mutex<[PlainOSC.Message]>([])
    var last: PlainOSC.Message? { all.withLock { $0.last } }
    var count: Int { all.withLock { $0.count } }
  }

  private struct Rig {
    let desk: ControlDesk
    let table = SubscriptionTable(limit: 4)
    let replies = Replies()
    let socket: UDPSocket
    let port: Int

    init(networks: [String]) throws {
      guard case .found(let any) = ResolvedAddress.look(up: "0.0.0.0", port: 0, numericOnly: true) else {
        throw UDPSocket.Failure("no address")
      }
      socket = try UDPSocket(boundTo: any)
      port = socket.localAddress?.port ?? 0
      var configuration = ControlConfiguration()
      configuration.networks = networks.compactMap { NetworkPrefix($0) }
      desk = ControlDesk(
        configuration, port: port, table: table, status: { String(repeating: "x", count: 500) },
        onCommand: { _ in .done("done") },
        send: { [replies] _, bytes, _ in
          if let message = try? PlainOSC.read(bytes).messages.first { replies.all.withLock { $0.append(message) } }
        })
    }

    @discardableResult
    func hear(_ address: String, _ arguments: [OSCArgument] = [], from host: String) throws -> ControlDesk.Verdict {
      guard case .found(let sender) = ResolvedAddress.look(up: host, port: 4000, numericOnly: true),
        let bytes = OSCPacket.bytes(address, arguments)
      else { throw UDPSocket.Failure("no address") }
      return bytes.withUnsafeBytes { desk.receive($0, from: sender, through: socket) }
    }
  }

  @Test func whoIsNotOfTheNamedNetworksGetsNoWord() throws {
    let rig = try Rig(networks: ["192.0.2.0/24"])
    for host in ["198.51.100.7", "192.0.3.1", "2001:db8::1"] {
      for address in ["/gurn/ping", "/gurn/status", "/gurn/pause"] {
        #expect(try rig.hear(address, from: host) == .stranger)
      }
      #expect(try rig.hear("/gurn/subscribe", [.string("native")], from: host) == .stranger)
    }
    #expect(rig.replies.count == 0 && rig.table.count == 0)
  }

  @Test func aStreamNeedsTheAnswerToAChallenge() throws {
    let rig = try Rig(networks: ["192.0.2.0/24"])
    let host = "192.0.2.9"
    try rig.hear("/gurn/subscribe", [.string("vmc"), .int32(0)], from: host)
    let question = try #require(rig.replies.last)
    #expect(question.address == "/gurn/challenge")
    guard case .int32(let token)? = question.arguments.first else {
      Issue.record("no token")
      return
    }
    #expect(rig.table.count == 0)
    // A wrong answer, and the right one from another host, are asked again.
    try rig.hear("/gurn/subscribe", [.string("vmc"), .int32(0), .int32(token ^ 1)], from: host)
    #expect(rig.replies.last?.address == "/gurn/challenge")
    try rig.hear("/gurn/subscribe", [.string("vmc"), .int32(0), .int32(token)], from: "192.0.2.10")
    #expect(rig.replies.last?.address == "/gurn/challenge" && rig.table.count == 0)
    // The right one gets a socket of its own; without a route there a refusal says so, and never another challenge.
    let before = rig.replies.count
    try rig.hear("/gurn/subscribe", [.string("vmc"), .int32(0), .int32(token)], from: host)
    let verdict = rig.replies.count > before ? rig.replies.last?.address : nil
    #expect(verdict == "/gurn/done" && rig.table.count == 1 || verdict == nil && rig.table.count == 0)
  }

  @Test func nothingLargerThanTheRequestGoesToWhoMayBeForged() throws {
    let rig = try Rig(networks: ["192.0.2.0/24"])
    let requests: [(String, [OSCArgument])] = [
      ("/gurn/status", []), ("/gurn/pause", [.int32(1)]), ("/gurn/subscribe", [.string("vmc")]),
      ("/gurn/subscribe", [.string("native"), .int32(53)]), ("/gurn/set", [.string("log.level"), .string("debug")]),
      ("/gurn/ping", []),
    ]
    for (address, arguments) in requests {
      let before = rig.replies.count
      try rig.hear(address, arguments, from: "192.0.2.77")
      guard rig.replies.count > before, let reply = rig.replies.last else { continue }
      let sizes = [(address, arguments), (reply.address, reply.arguments)].map {
        OSCPacket.bytes($0.0, $0.1)?.count ?? 0
      }
      #expect(sizes[1] <= sizes[0], "\(address) is answered with \(reply.address)")
      #expect(reply.address == "/gurn/challenge" || reply.address == "/gurn/pong")
    }
  }

  @Test func guessingEndsAfterSixtyFourMistakes() throws {
    guard case .found(let address) = ResolvedAddress.look(up: "192.0.2.9", port: 4000, numericOnly: true) else {
      return
    }
    var challenge = AddressChallenge()
    func accepts(_ answer: Int32, at now: Double) -> Bool { challenge.accepts(answer, from: address, now: now) }
    let token = challenge.challenge(for: address, now: 100)
    #expect(accepts(token, at: 109) && accepts(token, at: 119))
    #expect(!accepts(token, at: 120))
    let now = challenge.challenge(for: address, now: 131)
    for guess in 0..<64 { _ = accepts(now &+ 1 &+ Int32(guess), at: 131) }
    #expect(!accepts(now, at: 132))
    let next = challenge.challenge(for: address, now: 140)
    #expect(accepts(next, at: 140))
  }
}
