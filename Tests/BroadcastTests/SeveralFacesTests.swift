import FaceCore
import TestSupport
import Testing

@testable import Broadcast

/// Who is sent which face.
@Suite struct SeveralFacesTests {
  /// Sends two faces, with the jaw a quarter and three quarters open.
  private func sendTwo(_ sender: OSCSender) {
    for (number, weight) in [Float(0.25), 0.75].enumerated() {
      sender.send(face(.jawOpen, weight), ageSeconds: 0, face: number)
    }
  }

  /// The next messages in so many datagrams.
  private func messages(_ peer: LoopbackPeer, datagrams: Int) throws -> [PlainOSC.Message] {
    try (0..<datagrams).flatMap { _ in try PlainOSC.read(try #require(peer.receive())).messages }
  }

  private func jaw(_ face: Int, _ weight: Float) -> PlainOSC.Message {
    .init(address: "/gurn/face/\(face)/blend/jawOpen", arguments: [.float(weight)])
  }

  @Test func eachFaceHasItsOwnNativeAddresses() throws {
    var schema = try NativeSchema(.init(), face: 3)
    schema.encode(BroadcastFrame(observation: face(), ageSeconds: 0, seconds: 1, face: 3))
    let messages = try schema.datagrams.messages()
    #expect(messages.count == 61 && messages.allSatisfy { $0.address.hasPrefix("/gurn/face/3/") })
  }

  @Test func nativeTargetsAreSentEveryFaceAndOthersTheOneTheyName() throws {
    let peers = try (0..<5).map { _ in try #require(LoopbackPeer()) }
    var targets = [
      Target(port: peers[0].port, schema: .native(.init())), Target(port: peers[1].port, schema: .native(.init())),
      Target(port: peers[2].port, schema: .vmc(.init())), Target(port: peers[3].port, schema: .vmc(.init())),
      Target(port: peers[4].port, schema: .babble(.init())),
    ]
    (targets[1].face, targets[3].face, targets[4].face) = (1, 1, 2)
    let sender = try OSCSender(targets: targets)
    sendTwo(sender)
    let both = try messages(peers[0], datagrams: 6)
    #expect(both.filter { $0.address.hasSuffix("/blend/jawOpen") } == [jaw(0, 0.25), jaw(1, 0.75)])
    let second = try messages(peers[1], datagrams: 3)
    #expect(second.contains(jaw(1, 0.75)) && second.allSatisfy { $0.address.hasPrefix("/gurn/face/1/") })
    for (peer, weight) in [(peers[2], Float(0.25)), (peers[3], 0.75)] {
      let jaws = try messages(peer, datagrams: 3).filter { $0.arguments.first == .string("JawOpen") }
      #expect(jaws.map { $0.arguments[1] } == [.float(weight)])
    }
    // Nobody is sent a face twice or one that was not asked for.
    #expect(sender.statuses.map(\.sentDatagrams) == [6, 3, 3, 3, 0])
    #expect(sender.statuses[3].target.description == "127.0.0.1:\(peers[3].port) (vmc, face 1)")
  }

  @Test func subscribersChooseAFaceBehindTheName() throws {
    let rig = try ControlRig()
    rig.table.faceCount = 2
    let sender = try OSCSender(targets: [Target(port: 9, schema: .vmc(.init()))], subscriptions: rig.table)
    let (all, one, first) = (
      try #require(LoopbackPeer()), try #require(LoopbackPeer()), try #require(LoopbackPeer())
    )
    for (peer, name) in [(all, "native"), (one, "vmc:1"), (first, "vmc")] {
      #expect(peer.ask("/gurn/subscribe", [.string(name)], of: rig.port.port)?.address == "/gurn/done")
    }
    sendTwo(sender)
    let heard = try messages(all, datagrams: 6).filter { $0.address.hasSuffix("/blend/jawOpen") }
    #expect(heard == [jaw(0, 0.25), jaw(1, 0.75)])
    for (peer, weight) in [(one, Float(0.75)), (first, 0.25)] {
      let jaws = try messages(peer, datagrams: 3).filter { $0.arguments.first == .string("JawOpen") }
      #expect(jaws.map { $0.arguments[1] } == [.float(weight)])
    }
    #expect(rig.table.statuses(now: OSCSender.now).map(\.schema) == ["native", "vmc:1", "vmc"])
    #expect(rig.table.statuses(now: OSCSender.now).map(\.sent) == [6, 3, 3])
    // Who goes takes nothing from the others.
    #expect(all.ask("/gurn/unsubscribe", of: rig.port.port)?.arguments.last == .string("1 ended"))
    sendTwo(sender)
    #expect(rig.table.statuses(now: OSCSender.now).map(\.sent) == [6, 6])
  }

  @Test(arguments: ["vmc:2", "native:-1", "vmc:1:1", "vmc:", ":0", "vmc:one"])
  func aFaceThatIsNotThereIsRefused(name: String) throws {
    let rig = try ControlRig()
    rig.table.faceCount = 2
    let peer = try #require(LoopbackPeer())
    let answer = try #require(peer.ask("/gurn/subscribe", [.string(name)], of: rig.port.port))
    #expect(answer.address == "/gurn/fail")
    if name == "vmc:2" {
      #expect(answer.arguments.last == .string("there is no face 2: by tracking.max_faces there is 0 to 1"))
    }
    #expect(rig.table.count == 0)
  }
}
