import FaceCore
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import MQTT

@Suite(.inRealTime) struct PublisherTests {
  /// What a publisher told, to be waited for.
  final class Events: Sendable {
    let stream: AsyncStream<MQTTPublisher.Event>
    let continuation: AsyncStream<MQTTPublisher.Event>.Continuation
    init() { (stream, continuation) = AsyncStream.makeStream() }

    /// The next event that is no success.
    func nextReason() async -> String? {
      for await case .waiting(let reason) in stream { return reason }
      return nil
    }
  }

  static func face(at seconds: Double) -> FaceObservation { .absent(at: CaptureTime(seconds: seconds)) }

  /// The capture time that a message holds.
  static func time(of payload: [UInt8]) throws -> Double {
    let object = try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any]
    return try #require(object?["time"] as? Double)
  }

  @Test func aStalledBrokerGetsWhatIsNewAndNothingPilesUp() throws {
    let broker = try #require(StubbornBroker())
    let publisher = try #require(
      MQTTPublisher(BrokerAddress(host: "127.0.0.1", port: broker.port, actor: "anna")) { _ in })
    let connect = broker.accept()
    // The protocol's name and level, then flags: a will, retained, of quality 1, and a clean session.
    #expect(Array(connect[2..<10]) == [0, 4] + Array("MQTT".utf8) + [4, 0x2e])
    #expect(String(decoding: connect, as: UTF8.self).contains("gurn/anna/status"))
    let first = try #require(broker.readMessage())
    #expect(first.topic == "gurn/anna/status" && first.payload == Array("online".utf8) && first.isRetained)

    // Nobody reads now: frames are published until thousands were replaced by newer ones.
    var last = 0
    while publisher.replacedFrames < 5000 {
      last += 1
      publisher.publish(Self.face(at: Double(last)), ageSeconds: 0)
    }
    var times: [Double] = []
    while times.last != Double(last) {
      let message = try #require(broker.readMessage())
      #expect(message.topic == "gurn/anna/face/0" && !message.isRetained)
      times.append(try Self.time(of: message.payload))
    }
    #expect(times == times.sorted() && Set(times).count == times.count)
    #expect(times.count + publisher.replacedFrames == last)

    // The last frame is published before the farewell.
    publisher.publish(Self.face(at: 1e6), ageSeconds: 0, face: 3)
    let end = Thread { publisher.stop() }
    end.start()
    let neutral = try #require(broker.readMessage())
    #expect(neutral.topic == "gurn/anna/face/3")
    let farewell = try #require(broker.readMessage())
    #expect(farewell.topic == "gurn/anna/status" && farewell.payload == Array("offline".utf8) && farewell.isRetained)
    // DISCONNECT (3.14).
    #expect(broker.readPacket() == [0xe0, 0])
  }

  @Test func aRefusalIsSaidAndTheClientComesAgain() async throws {
    let broker = try #require(StubbornBroker())
    let events = Events()
    let publisher = try #require(
      MQTTPublisher(BrokerAddress(host: "127.0.0.1", port: broker.port, actor: "anna")) {
        events.continuation.yield($0)
      })
    // 5: not authorised (table 3.1).
    _ = broker.accept(code: 5)
    let reason = try #require(await events.nextReason())
    #expect(reason.contains("the broker refuses") && reason.contains("not authorised"), "\(reason)")
    publisher.publish(Self.face(at: 7), ageSeconds: 0)
    // On a busy machine clients that waited in vain for an answer (ten seconds) stand in the queue before the one that lives.
    var first = broker.acceptAndRead()
    while first == nil { first = broker.acceptAndRead() }
    #expect(first?.topic == "gurn/anna/status")
    // What came while there was no connection waits, the newest only.
    #expect(try Self.time(of: try #require(broker.readMessage()).payload) == 7)
    let end = Thread { publisher.stop() }
    end.start()
    #expect(broker.readMessage()?.payload == Array("offline".utf8))
  }

  @Test func whatIsMissingIsSaidByName() async throws {
    var address = BrokerAddress(host: "127.0.0.1", port: 1, actor: "anna")
    address.username = "anna"
    address.passwordFile = "/nonexistent/password"
    for (expected, file) in [
      ("/nonexistent/password can't be read: No such file", "/nonexistent/password"), ("can't be reached", nil),
    ] {
      address.passwordFile = file
      let events = Events()
      let publisher = try #require(MQTTPublisher(address) { events.continuation.yield($0) })
      let reason = try #require(await events.nextReason())
      #expect(reason.contains(expected), "\(reason)")
      publisher.stop()
    }
  }
}
