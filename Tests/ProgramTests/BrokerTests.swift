import Foundation
import Glibc
import TestSupport
import Testing

/// gurnd and a real Mosquitto.
@Suite(
  .inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)),
  .enabled(if: Broker.server != nil && Broker.listener != nil, Broker.skipReason))
struct BrokerTests {
  /// Starts gurnd as an actor, with a VMC target besides.
  static func start(
    _ actor: String, _ broker: Broker, vmc: Int = 39_539, faces: Int = 1, more: String = "", in shop: Workshop
  ) throws -> Program {
    try shop.write(
      """
      targets: [{port: \(vmc)}]
      control: {port: 0}
      oscquery: {enabled: false}
      tracking: {executor: simd, networks: lite, max_faces: \(faces)}
      mqtt: {host: 127.0.0.1, port: \(broker.port), prefix: studio, actor: \(actor)\(more)}
      """, "\(actor).yaml")
    let arguments = [
      "--config", "\(actor).yaml", "--models", Program.models, "--source", DaemonTests.session, "--loop",
    ]
    return try Program(try #require(Program.gurnd), arguments, in: shop.folder)
  }

  /// The object that a line `TOPIC {…}` holds.
  static func frame(_ line: String?, of actor: String) throws -> [String: Any] {
    let line = try #require(line)
    let topic = "studio/\(actor)/face/0 "
    try #require(line.hasPrefix(topic), "\(line.prefix(80))")
    return try #require(JSONSerialization.jsonObject(with: Data(line.dropFirst(topic.count).utf8)) as? [String: Any])
  }

  @Test func aStudioHearsItsActorsComeAndGo() async throws {
    try await Workshop.with { shop in
      let broker = try Broker(in: shop)
      let listener = try broker.listen()
      defer { listener.stop() }
      let anna = try Self.start("anna", broker, faces: 2, in: shop)
      let ben = try Self.start("ben", broker, in: shop)
      defer {
        for program in [anna, ben] where program.process.isRunning { kill(program.process.processIdentifier, SIGKILL) }
      }
      _ = try #require(listener.lines(until: "studio/anna/face/0 {\"present\":1"))
      _ = try #require(listener.lines(until: "studio/anna/face/1 {\"present\":0"))
      let lines = try #require(listener.lines(until: "studio/ben/face/0 {\"present\":1"))
      let frame = try Self.frame(lines.last, of: "ben")
      let blend = try #require(frame["blend"] as? [String: Double])
      #expect(blend.count == 52 && blend.values.allSatisfy { (0...1).contains($0) } && blend.values.contains { $0 > 0 })
      #expect((frame["rotation"] as? [Double])?.count == 4)

      // One is killed: the broker speaks for it. The other one goes on.
      kill(anna.process.processIdentifier, SIGKILL)
      #expect(listener.lines(until: "studio/anna/status offline") != nil)
      #expect(listener.lines(until: "studio/ben/face/0") != nil)
      // Who comes later hears who is there.
      let late = try broker.listen(["-W", "10", "-C", "2", "--retained-only"])
      let known = late.end().text.split(separator: "\n").sorted()
      #expect(known == ["studio/anna/status offline", "studio/ben/status online"])

      // The other one ends as asked: a neutral face, then its word.
      #expect(try ben.end(by: SIGTERM).status == 0)
      let rest = try #require(listener.lines(until: "studio/ben/status offline"))
      let last = try Self.frame(rest.dropLast().last, of: "ben")
      #expect(last["present"] as? Int == 0)
      #expect((last["blend"] as? [String: Double])?.values.allSatisfy { $0 == 0 } == true)
    }
  }

  @Test func aBrokerThatHangsOrEndsHoldsNothingUp() async throws {
    try await Workshop.with { shop in
      let broker = try Broker(in: shop)
      let vmc = try VMCListener()
      let daemon = try Self.start("anna", broker, vmc: vmc.port, in: shop)
      defer { kill(daemon.process.processIdentifier, SIGKILL) }
      _ = try #require(daemon.lines(until: "connected; topics studio/anna"))
      func hearFrames(_ count: Int) async {
        let before = vmc.stream.frames
        while vmc.stream.frames < before + count, daemon.process.isRunning { await vmc.hearExpression() }
      }
      kill(broker.id, SIGSTOP)
      await hearFrames(60)
      kill(broker.id, SIGCONT)

      broker.stop()
      let lines = try #require(daemon.lines(until: "trying again"))
      #expect(lines.last?.contains("MQTT: 127.0.0.1:\(broker.port): the connection is lost") == true, "\(lines)")
      await hearFrames(60)
      try broker.restart()
      let listener = try broker.listen()
      defer { listener.stop() }
      #expect(listener.lines(until: "studio/anna/status online") != nil)
      let heard = try #require(listener.lines(until: "studio/anna/face/0 {\"present\":1"))
      #expect(try Self.frame(heard.last, of: "anna")["present"] as? Int == 1)
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test(.enabled(if: Tool("/usr/bin/openssl") != nil, "openssl is not installed, which makes the certificates"))
  func nameAndPasswordAreAskedForOverTLS() async throws {
    try await Workshop.with { shop in
      func run(_ tool: String, _ arguments: [String]) throws {
        let outcome = try Program.run(URL(filePath: tool), arguments, in: shop.folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
      try run(
        "/usr/bin/openssl",
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
          "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "ca.pem",
        ])
      try run("/usr/bin/mosquitto_passwd", ["-b", "-c", "passwords", "anna", "open sesame"])
      try shop.write("wrong\n", "secret")
      let broker = try Broker(
        in: shop, "allow_anonymous false\npassword_file passwords\ncertfile ca.pem\nkeyfile key.pem")
      let daemon = try Self.start(
        "anna", broker, more: ", username: anna, password_file: secret, ca_file: ca.pem", in: shop)
      defer { kill(daemon.process.processIdentifier, SIGKILL) }
      let refusal = try #require(daemon.lines(until: "trying again"))
      #expect(refusal.last?.contains("the broker refuses") == true, "\(refusal)")
      // The file is read again with every try.
      try shop.write("open sesame\n", "secret")
      #expect(daemon.lines(until: "connected; topics studio/anna") != nil)
      let listener = try broker.listen(["--cafile", "ca.pem", "-u", "anna", "-P", "open sesame"])
      defer { listener.stop() }
      #expect(listener.lines(until: "studio/anna/face/0 {") != nil)
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }
}
