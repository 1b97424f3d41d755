import FaceCore
import Foundation
import TestSupport
import Testing

@testable import OSCQuery

/// WebSockets as the OSCQuery proposal has them.
@Suite(.inRealTime) struct ListenTests {
  @Test func everyFrameBringsThe52Weights() async throws {
    try await withServer { port, feed in
      let client = try BrowserClient(port: port)
      try #require(try client.upgrade() == 101)
      for shape in Blendshape.allCases { client.command("LISTEN", "/gurn/face/0/blend/\(shape.name)") }
      client.settle()
      for frame in 0..<30 {
        feed.publish([face { $0.weights[.jawOpen] = Float(frame) / 32 }], ageSeconds: 0)
        let packet = try #require(client.frame())
        let heard = floats(inPacket: packet.payload)
        #expect(packet.opcode == 2 && heard.count == 52)
        #expect(heard["/gurn/face/0/blend/jawOpen"] == [Float(frame) / 32])
        #expect(heard["/gurn/face/0/blend/tongueOut"] == [52.0 / 64])
      }
    }
  }

  @Test func oneAddressComesAsItsBareMessage() async throws {
    try await withServer { port, feed in
      let client = try BrowserClient(port: port)
      try #require(try client.upgrade() == 101)
      client.command("LISTEN", "/gurn/face/0/confidence")
      client.command("LISTEN", "/gurn/face/0/age")
      client.command("LISTEN", "/gurn/face/0")
      client.command("LISTEN", "/nothing/here")
      client.command("IGNORE", "/gurn/face/0/confidence")
      client.settle()
      feed.publish([face()], ageSeconds: 0.5)
      // "/gurn/face/0/age" with its zeros, ",f", 0.5 as IEEE 754 (OSC 1.0).
      let expected = Array("/gurn/face/0/age\0\0\0\0,f\0\0".utf8) + [0x3F, 0, 0, 0]
      #expect(try #require(client.frame()).payload == expected)
    }
  }

  @Test func whoIgnoresEverythingWakesNobody() async throws {
    try await withServer { port, feed in
      let client = try BrowserClient(port: port)
      try #require(try client.upgrade() == 101)
      client.command("LISTEN", "/gurn/face/0/age")
      client.command("IGNORE", "/gurn/face/0/age")
      client.settle()
      feed.publish([face()], ageSeconds: 0)
      client.sendFrame(opcode: 9, Array("after".utf8))
      // The pong comes next, as nothing was streamed.
      #expect(try #require(client.frame()).opcode == 10)
    }
  }

  @Test func aClientThatDoesNotReadDelaysNobody() async throws {
    try await withServer { port, feed in
      let (slow, quick) = (try BrowserClient(port: port, receiveBytes: 4096), try BrowserClient(port: port))
      for client in [slow, quick] {
        try #require(try client.upgrade() == 101)
        for shape in Blendshape.allCases { client.command("LISTEN", "/gurn/face/0/blend/\(shape.name)") }
      }
      quick.settle()
      // More than the slow one's buffers hold; each frame waits for the quick client only.
      for frame in 0..<2000 {
        feed.publish([face { $0.weights[.jawOpen] = Float(frame) / 2048 }], ageSeconds: 0)
        let heard = floats(inPacket: try #require(quick.frame()).payload)
        #expect(heard["/gurn/face/0/blend/jawOpen"] == [Float(frame) / 2048])
      }
    }
  }

  @Test func theNewestPacketWins() async {
    let outbox = ClientOutbox()
    for number in 0..<100 { outbox.publish([UInt8(number)]) }
    #expect(await outbox.next()?.payload == Data([99]))
    #expect(outbox.replacedPackets == 99)
    outbox.publish([1])
    outbox.finish()
    #expect(await outbox.next() == nil)
  }

  @Test func aClosedSocketIsForgotten() async throws {
    try await withServer { port, feed in
      let client = try BrowserClient(port: port)
      try #require(try client.upgrade() == 101)
      client.command("LISTEN", "/gurn/face/0/age")
      client.settle()
      client.sendFrame(opcode: 8, [0x03, 0xE8])
      #expect(try #require(client.frame()).payload == [0x03, 0xE8])
      #expect(client.frame() == nil)
      feed.publish([face()], ageSeconds: 0)
      #expect(try BrowserClient.get("/", port: port).status == 200)
    }
  }

  @Test func nonsenseHarmsNobody() async throws {
    try await withServer { port, feed in
      var random = SystemRandomNumberGenerator()
      let nonsense: [[UInt8]] = [
        Array("\r\n\r\n".utf8), Array("GET\r\n\r\n".utf8), Array("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n".utf8),
        Array("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n".utf8),
        (0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) },
      ]
      for bytes in nonsense { try BrowserClient(port: port).send(bytes) }
      let frames: [[UInt8]] = [
        [0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5],
        [0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5], [0x83, 0x80, 0, 0, 0, 0],
        [0x80, 0x80, 0, 0, 0, 0], [0x88, 0x81, 0, 0, 0, 0, 9],
      ]
      for bytes in frames {
        let client = try BrowserClient(port: port)
        try #require(try client.upgrade() == 101)
        client.send(bytes)
      }
      let client = try BrowserClient(port: port)
      try #require(try client.upgrade() == 101)
      for text in ["", "[]", "{", "{\"COMMAND\":\"LISTEN\"}", "{\"COMMAND\":1,\"DATA\":[]}", "\"LISTEN\""] {
        client.sendFrame(opcode: 1, Array(text.utf8))
        client.sendFrame(opcode: 2, Array(text.utf8))
      }
      client.command("LISTEN", "/gurn/face/0/age")
      client.settle()
      feed.publish([face()], ageSeconds: 0)
      #expect(client.frame()?.opcode == 2)
    }
  }
}
