import FaceCore
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Broadcast

/// Collects what a receiver hears and lets a test wait for it.
private final class Ear: Sendable {
  private let heard = Mutex<[PlainOSC.Message]>([])
  private let changed = NSCondition()

  func hear(_ address: String, _ arguments: [OSCArgument]) {
    changed.lock()
    heard.withLock { $0.append(.init(address: address, arguments: arguments)) }
    changed.broadcast()
    changed.unlock()
  }

  /// What was heard once `isEnough` holds, or after a generous limit whatever there is.
  func wait(until isEnough: ([PlainOSC.Message]) -> Bool) -> [PlainOSC.Message] {
    changed.lock()
    defer { changed.unlock() }
    let limit = Date().addingTimeInterval(20)
    while true {
      let now = heard.withLock { $0 }
      if isEnough(now) || !changed.wait(until: limit) { return now }
    }
  }
}

/// The states that a sender reports.
private final class Log: Sendable {
  private let states = Mutex<[TargetStatus]>([])
  private let changed = DispatchSemaphore(value: 0)

  func note(_ status: TargetStatus) {
    states.withLock { $0.append(status) }
    changed.signal()
  }

  var all: [TargetState] { states.withLock { $0.map(\.state) } }

  func waitForOne() { _ = changed.wait(timeout: .now() + 20) }
}

@Suite(.inRealTime) struct TransportTests {
  /// A UDP port of the loopback that nobody listens on: one that was just given back.
  private func closedPort() throws -> Int {
    let receiver = try OSCReceiver(port: 0) { _, _ in }
    return receiver.port
  }

  @Test func whatIsSentIsHeard() throws {
    let ear = Ear()
    let receiver = try OSCReceiver(port: 0) { ear.hear($0, $1) }
    let sender = try OSCSender(targets: [
      Target(port: receiver.port, schema: .vmc(.init())), Target(port: receiver.port, schema: .native(.init())),
    ])
    sender.send(face(.jawOpen, 0.5), ageSeconds: 0.01)
    sender.send(face(.jawOpen, 1), ageSeconds: 0.01)
    let heard = ear.wait { $0.filter { $0.address == "/gurn/face/0/time" }.count == 2 }
    let jaws = heard.filter { $0.arguments.first == .string("JawOpen") }.map { $0.arguments[1] }
    #expect(jaws == [.float(0.5), .float(1)])
    let flat = heard.filter { $0.address == "/gurn/face/0/blend/jawOpen" }.map(\.arguments)
    #expect(flat == [[.float(0.5)], [.float(1)]])
    #expect(heard.filter { $0.address == "/VMC/Ext/Blend/Apply" }.count == 2)
    let times = heard.filter { $0.address == "/VMC/Ext/T" }.compactMap { $0.arguments[0].number }
    #expect(times.count == 2 && times[0] < times[1])
    #expect(sender.statuses.map(\.state) == [.sending, .sending])
    #expect(sender.statuses.allSatisfy { $0.sentDatagrams == 6 && $0.lostDatagrams == 0 })
    withExtendedLifetime(receiver) {}
  }

  @Test func timeGoesOnRisingFromOneSenderToTheNext() throws {
    let ear = Ear()
    let receiver = try OSCReceiver(port: 0) { ear.hear($0, $1) }
    for _ in 0..<3 { try OSCSender(targets: [Target(port: receiver.port)]).send(face(), ageSeconds: 0) }
    let heard = ear.wait { $0.filter { $0.address == "/VMC/Ext/Blend/Apply" }.count == 3 }
    let times = heard.filter { $0.address == "/VMC/Ext/T" }.compactMap { $0.arguments[0].number }
    #expect(times.count == 3 && times[0] < times[1] && times[1] < times[2], "\(times)")
    withExtendedLifetime(receiver) {}
  }

  @Test func bundlesWithinBundlesAndEveryTypeAreRead() throws {
    let ear = Ear()
    let receiver = try OSCReceiver(port: 0) { ear.hear($0, $1) }
    guard case .found(let address) = ResolvedAddress.look(up: "127.0.0.1", port: receiver.port, numericOnly: true),
      let socket = try? UDPSocket(connectedTo: address)
    else {
      Issue.record("no socket")
      return
    }
    // A bundle far in the future that holds a bundle that holds "/n" ,i 7; then "/t" ,shdTFN "ab" 1 0.5; all heard at once.
    let packet = hex(
      """
      2362756e646c6500 ffffffff00000000
      00000020 2362756e646c6500 ffffffff00000000 0000000c 2f6e0000 2c690000 00000007
      00000020 2f740000 2c736864 54464e00 61620000 0000000000000001 3fe0000000000000
      """)
    #expect(socket.send(packet, to: address))
    let heard = ear.wait { $0.count == 2 }
    #expect(
      heard == [
        .init(address: "/n", arguments: [.int32(7)]),
        .init(
          address: "/t",
          arguments: [.string("ab"), .int64(1), .double(0.5), .bool(true), .bool(false), .other("N")]),
      ])
    withExtendedLifetime(receiver) {}
  }

  @Test func packetsThatAreNotOSCAreDropped() throws {
    let ear = Ear()
    let receiver = try OSCReceiver(port: 0) { ear.hear($0, $1) }
    guard case .found(let address) = ResolvedAddress.look(up: "127.0.0.1", port: receiver.port, numericOnly: true),
      let socket = try? UDPSocket(connectedTo: address)
    else {
      Issue.record("no socket")
      return
    }
    let bad = [
      "00", "2f610000", "2f616161 61616161", "2f610000 2c660000", "2f610000 2c730000 61616161",
      "2362756e646c6500 0000000000000001 7fffffff 2f610000 2c000000", "2362756e646c6500 00000000",
      "2f610000 2c620000 7fffffff 00000000", "ffffffff ffffffff",
    ]
    for text in bad { #expect(socket.send(hex(text), to: address)) }
    #expect(socket.send(hex("2f656e64 00000000 2c000000"), to: address))
    let heard = ear.wait { $0.contains { $0.address == "/end" } }
    #expect(heard.last == .init(address: "/end", arguments: []))
    withExtendedLifetime(receiver) {}
  }

  @Test func aBusyPortIsNamed() throws {
    let first = try OSCReceiver(port: 0) { _, _ in }
    let error = #expect(throws: BroadcastError.self) { try OSCReceiver(port: first.port) { _, _ in } }
    #expect(
      error?.description
        == "port \(first.port) is in use by another program: stop it (`ss -ulpn` names it) or choose another port")
    withExtendedLifetime(first) {}
  }

  @Test func aPortIsFreeAgainAfterItsReceiver() throws {
    var first: OSCReceiver? = try OSCReceiver(port: 0) { _, _ in }
    let port = try #require(first?.port)
    first = nil
    let second = try OSCReceiver(port: port) { _, _ in }
    #expect(second.port == port)
  }

  @Test func aTargetThatRefusesIsSaidOnceAndCostsTheOthersNothing() throws {
    let ear = Ear()
    let log = Log()
    let receiver = try OSCReceiver(port: 0) { ear.hear($0, $1) }
    let sender = try OSCSender(
      targets: [Target(port: try closedPort()), Target(port: receiver.port)], onStateChange: { log.note($0) })
    for _ in 0..<10 { sender.send(face(), ageSeconds: 0) }
    let heard = ear.wait { $0.filter { $0.address == "/VMC/Ext/Blend/Apply" }.count == 10 }
    #expect(heard.filter { $0.address == "/VMC/Ext/Blend/Apply" }.count == 10)
    #expect(sender.statuses.map(\.state) == [.refused, .sending])
    #expect(sender.statuses[0].refusals > 0)
    #expect(log.all.filter { $0 == .refused }.count == 1)
    withExtendedLifetime(receiver) {}
  }

  @Test func aTargetThatBeginsToListenHearsEverythingFromThenOn() throws {
    let port = try closedPort()
    let sender = try OSCSender(targets: [Target(port: port)])
    for _ in 0..<5 { sender.send(face(), ageSeconds: 0) }
    let ear = Ear()
    let receiver = try OSCReceiver(port: port) { ear.hear($0, $1) }
    for _ in 0..<5 { sender.send(face(), ageSeconds: 0) }
    let heard = ear.wait { $0.filter { $0.address == "/VMC/Ext/Blend/Apply" }.count == 5 }
    #expect(heard.filter { $0.address == "/VMC/Ext/OK" }.count == 5)
    withExtendedLifetime(receiver) {}
  }

  @Test func aHostThatIsNotKnownIsSaidAndCostsTheOthersNothing() throws {
    let ear = Ear()
    let log = Log()
    let receiver = try OSCReceiver(port: 0) { ear.hear($0, $1) }
    // A label of 70 letters cannot exist, so no name server is asked.
    let host = String(repeating: "a", count: 70) + ".invalid"
    let sender = try OSCSender(
      targets: [Target(host: host, port: 9), Target(host: "127.0.0.1", port: receiver.port)],
      onStateChange: { if $0.target.host == host { log.note($0) } })
    log.waitForOne()
    sender.send(face(), ageSeconds: 0)
    let heard = ear.wait { $0.contains { $0.address == "/VMC/Ext/Blend/Apply" } }
    #expect(heard.contains { $0.address == "/VMC/Ext/Blend/Apply" })
    guard case .unresolvable = log.all.first else {
      Issue.record("reported \(log.all)")
      return
    }
    #expect(sender.statuses[0].sentDatagrams == 0)
    #expect(sender.statuses[0].lostDatagrams == sender.statuses[1].sentDatagrams)
    withExtendedLifetime(receiver) {}
  }

  @Test func aNameIsLookedUp() throws {
    let ear = Ear()
    let log = Log()
    let receiver = try OSCReceiver(port: 0) { ear.hear($0, $1) }
    let sender = try OSCSender(
      targets: [Target(host: "localhost", port: receiver.port)], onStateChange: { log.note($0) })
    log.waitForOne()
    #expect(log.all.first == .sending)
    sender.send(face(), ageSeconds: 0)
    withExtendedLifetime(receiver) {}
  }

  @Test func portsThatDoNotExistAreRefused() {
    #expect(throws: BroadcastError.invalidPort(0)) { try OSCSender(targets: [Target(port: 0)]) }
    #expect(throws: BroadcastError.invalidPort(70000)) { try OSCReceiver(port: 70000) { _, _ in } }
    #expect(
      BroadcastError.invalidPort(70000).description
        == "port 70000 does not exist: a port is a number from 1 to 65535")
  }
}
