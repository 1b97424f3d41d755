import Foundation
import Glibc
import TestSupport
import Testing

/// The daemon as its users run it: frames to OSC, signals, faults that it lives with.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct DaemonTests {
  static let session = Program.root.appending(path: "Sessions/demo.mp4").path

  /// Starts gurnd with a configuration that names the listener's port.
  static func start(_ arguments: [String], port: Int, in shop: Workshop) throws -> Program {
    try shop.write("targets:\n  - port: \(port)\n", "gurn.yaml")
    return try Program(
      try #require(Program.gurnd), ["--config", "gurn.yaml", "--models", Program.models] + arguments, in: shop.folder)
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aSignalEndsItWithANeutralFrame(signal: Int32) async throws {
    try await Workshop.with { shop in
      let listener = try VMCListener()
      let daemon = try Self.start(["--source", Self.session, "--loop"], port: listener.port, in: shop)
      await listener.hearExpression()
      let outcome = try daemon.end(by: signal)
      #expect(outcome.isOrderly && outcome.status == 0, "\(outcome)")
      #expect(listener.stream.weights.count == 52)
      #expect(listener.stream.strongest == 0, "the last frame is not neutral")
      #expect(outcome.errors.filter { $0.contains("frames from") }.count == 1, "\(outcome.errors)")
    }
  }

  @Test func aRecordingEndsByItself() async throws {
    try await Workshop.with { shop in
      try shop.writeVideo("clip.y4m", edge: 64, frames: 10)
      let listener = try VMCListener()
      let daemon = try Self.start(["--source", "./clip.y4m"], port: listener.port, in: shop)
      let outcome = try daemon.end()
      #expect(outcome.isOrderly && outcome.status == 0, "\(outcome)")
      #expect(outcome.errors.last?.contains("ended after a last neutral frame") == true)
      #expect(listener.stream.frames > 0 && listener.stream.strongest == 0)
    }
  }

  @Test func aMissingCameraIsWaitedFor() async throws {
    try await Workshop.with { shop in
      let daemon = try Self.start(["--source", "no camera has this name"], port: 39_539, in: shop)
      let before = try #require(daemon.lines(until: "waiting for camera"))
      let outcome = try daemon.end(by: SIGTERM)
      #expect(outcome.isOrderly && outcome.status == 0, "\(outcome)")
      #expect((before + outcome.errors).filter { $0.contains("waiting for camera") }.count == 1)
      #expect(before.last?.contains("no camera has this name") == true)
    }
  }

  @Test func aReloadTakesTheGoodAndKeepsTheOldForTheBad() async throws {
    try await Workshop.with { shop in
      let (first, second) = (try VMCListener(), try VMCListener())
      let daemon = try Self.start(["--source", Self.session, "--loop"], port: first.port, in: shop)
      await first.hearExpression()

      try shop.write("targets:\n  - prot: \(second.port)\n", "gurn.yaml")
      kill(daemon.process.processIdentifier, SIGHUP)
      let refusal = try #require(daemon.lines(until: "not reloaded"))
      #expect(refusal.last?.contains("gurn.yaml:2:5: unknown key 'prot'") == true)
      #expect(daemon.process.isRunning)

      try shop.write("targets:\n  - port: \(second.port)\n", "gurn.yaml")
      kill(daemon.process.processIdentifier, SIGHUP)
      await second.hearExpression()
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }
}
