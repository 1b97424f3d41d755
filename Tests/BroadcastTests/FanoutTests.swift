import FaceCore
import TestSupport
import Testing

@testable import Broadcast

@Suite(.inRealTime) struct FanoutTests {
  private func moving(_ frames: Int) -> [FaceObservation] {
    (0..<frames).map { face(.jawOpen, Float($0 % 10) / 10, seconds: Double($0) / 60) }
  }

  @Test(arguments: [(SchemaKind.native, 1), (.vmc, 10), (.native, 100), (.livelinkface, 3)])
  func everySubscriberHearsEveryDatagram(_ kind: SchemaKind, _ subscribers: Int) throws {
    let measurement = try FanoutMeasurement(subscribers: subscribers, kind: kind)
    defer { measurement.stop() }
    let result = try measurement.run(moving(20), framesPerSecond: 60, deadTarget: true)
    // One frame more from each of the two senders, which warms up.
    let perFrame = kind == .livelinkface ? 1 : 3
    #expect(result.expected == 22 * perFrame * subscribers)
    #expect(result.received == result.expected)
  }

  @Test func moreDatagramsThanOneCallTakesAreSentInOrder() throws {
    // 400 messages without bundles, four to a call of 1024 headers at most.
    var layout = PacketLayout(isBundled: false)
    for index in 0..<400 { try layout.add("/n/\(index)", [.int32(Int32(index))]) }
    let set = try layout.finish()
    let peers = try (0..<5).map { _ in try #require(LoopbackPeer()) }
    guard case .found(let any) = ResolvedAddress.look(up: "127.0.0.1", port: 0, numericOnly: true) else { return }
    let socket = try UDPSocket(boundTo: any)
    var addresses = peers.map { peer in
      var address = any
      address.port = peer.port
      return address
    }
    var counts = [Int](repeating: 0, count: 5)
    addresses.withUnsafeMutableBytes { bytes in
      DatagramBatch().send(
        set, through: socket.descriptor, to: bytes.baseAddress!, count: 5, stride: MemoryLayout<ResolvedAddress>.stride,
        where: { $0 != 2 }, report: { index, _ in counts[index] += 1 })
    }
    #expect(counts == [400, 400, 0, 400, 400])
    for (index, peer) in peers.enumerated() where index != 2 {
      let heard = try (0..<400).map { _ in try PlainOSC.read(try #require(peer.receive())).messages[0].arguments[0] }
      #expect(heard == (0..<400).map { .int32(Int32($0)) })
    }
    #expect(peers[2].receive(milliseconds: 0) == nil)
  }

  @Test func aDeadSubscriberCostsTheOthersNothing() throws {
    let rig = try ControlRig()
    let sender = try OSCSender(targets: [], subscriptions: rig.table)
    let alive = try #require(LoopbackPeer())
    var dead: LoopbackPeer? = LoopbackPeer()
    _ = dead?.ask("/gurn/subscribe", [.string("opentrack")], of: rig.port.port)
    dead = nil
    _ = alive.ask("/gurn/subscribe", [.string("opentrack")], of: rig.port.port)
    for _ in 0..<10 { sender.send(face(), ageSeconds: 0) }
    for _ in 0..<10 { #expect(alive.receive()?.count == 48) }
    // The lease of the one that went is still counted, as nobody tells.
    #expect(rig.table.statuses(now: OSCSender.now).map(\.lost) == [0, 0])
  }

  @Test func aMulticastGroupIsHeardOnLoopback() throws {
    let target = Target(host: "127.0.0.1", port: 9, schema: .opentrack)
    var group = target
    group.host = "239.255.77.1"
    group.interface = "lo"
    group.multicastTTL = 2
    guard let ear = MulticastEar(group: "239.255.77.1") else {
      print("skipped: this machine has no multicast on its loopback")
      return
    }
    group.port = ear.port
    let sender = try OSCSender(targets: [group])
    sender.send(face(), ageSeconds: 0)
    #expect(ear.receive()?.count == 48)
    #expect(sender.statuses[0].state == .sending)
  }

  @Test func anInterfaceThatDoesNotExistIsNamed() throws {
    var target = Target(host: "239.255.77.1", port: 5000, schema: .opentrack)
    target.interface = "eth99"
    let sender = try OSCSender(targets: [target])
    sender.send(face(), ageSeconds: 0)
    #expect(
      sender.statuses[0].state == .failing(reason: "there is no network interface 'eth99'; `ip link` lists them"))
    #expect(sender.statuses[0].lostDatagrams == 1)
  }
}
