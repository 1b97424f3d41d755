import Foundation
import Glibc
import TestSupport
import Testing

/// The daemon as systemd runs it: its notifications, its log's priorities, its instances.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct ServiceTests {
  private static func serve(
    _ arguments: [String], port: Int, in shop: Workshop, environment: [String: String]
  ) throws -> Program {
    try shop.write("targets:\n  - port: \(port)\n", "gurn.yaml")
    let basic = ["HOME": shop.folder.path, "PATH": "/usr/bin:/bin"]
    return try Program(
      try #require(Program.gurnd),
      ["--config", "gurn.yaml", "--models", Program.models, "--source", DaemonTests.session, "--loop"] + arguments,
      in: shop.folder, environment: basic.merging(environment) { $1 })
  }

  @Test func theManagerHearsOfEveryStep() async throws {
    try await Workshop.with { shop in
      let manager = try NotifySocket(in: shop.folder)
      let listener = try VMCListener()
      let daemon = try Self.serve(
        [], port: listener.port, in: shop,
        environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "600000"])
      #expect(manager.lines(until: "READY=1")?.first == "READY=1")
      await listener.hearExpression()
      #expect(manager.lines(until: "WATCHDOG=1") == ["WATCHDOG=1"])
      let status = try #require(manager.lines(until: "frames a second"))
      #expect(status.first?.hasPrefix("STATUS=") == true && status.first?.contains("demo.mp4") == true, "\(status)")

      kill(daemon.process.processIdentifier, SIGHUP)
      let reloading = try #require(manager.lines(until: "RELOADING=1"))
      let stamp = try #require(reloading.first { $0.hasPrefix("MONOTONIC_USEC=") }?.split(separator: "=").last)
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      #expect(try #require(Int(stamp)) / 1_000_000 <= now.tv_sec)
      #expect(manager.lines(until: "READY=1") != nil)

      kill(daemon.process.processIdentifier, SIGTERM)
      #expect(manager.lines(until: "STOPPING=1") != nil)
      #expect(try daemon.end().status == 0)
    }
  }

  @Test func aReloadThatIsRefusedEndsForTheManagerToo() async throws {
    try await Workshop.with { shop in
      let manager = try NotifySocket(in: shop.folder)
      let listener = try VMCListener()
      let daemon = try Self.serve(
        [], port: listener.port, in: shop, environment: ["NOTIFY_SOCKET": manager.path])
      await listener.hearExpression()
      try shop.write("targets: 5\n", "gurn.yaml")
      kill(daemon.process.processIdentifier, SIGHUP)
      #expect(manager.lines(until: "RELOADING=1") != nil)
      #expect(manager.lines(until: "READY=1") != nil)
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test func aWatchdogMeantForAnotherProcessIsNotFed() async throws {
    try await Workshop.with { shop in
      let manager = try NotifySocket(in: shop.folder)
      try shop.writeVideo("clip.y4m", edge: 64, frames: 40)
      let daemon = try Program(
        try #require(Program.gurnd), ["--source", "./clip.y4m", "--models", Program.models], in: shop.folder,
        environment: [
          "PATH": "/usr/bin", "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "300000", "WATCHDOG_PID": "1",
        ])
      #expect(try daemon.end().status == 0)
      #expect(manager.lines(until: "STOPPING=1") != nil)
      #expect(!manager.messages.contains { $0.contains("WATCHDOG=1") }, "\(manager.messages)")
    }
  }

  @Test func theJournalGetsAPriorityWithEveryLine() async throws {
    try await Workshop.with { shop in
      try shop.writeVideo("clip.y4m", edge: 64, frames: 5)
      let script = "export JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2)"
      let listener = try VMCListener()
      try shop.write(
        "targets:\n  - port: \(listener.port)\ncontrol: {port: 0}\noscquery: {enabled: false}\n", "gurn.yaml")
      let arguments = ["--config", "gurn.yaml", "--models", Program.models, "--source"]
      let good = try Program.prepared(by: script, Program.gurnd, arguments + ["./clip.y4m"], in: shop.folder).end()
      #expect(good.status == 0 && !good.errors.isEmpty)
      #expect(good.errors.allSatisfy { $0.hasPrefix("<6>") }, "\(good.errors)")
      let quiet = try Program.prepared(
        by: script, Program.gurnd, arguments + ["./clip.y4m", "--quiet"], in: shop.folder
      ).end()
      #expect(quiet.status == 0 && quiet.errors.isEmpty, "not silent on success: \(quiet.errors)")
      let bad = try Program.prepared(by: script, Program.gurnd, arguments + ["./none.mp4"], in: shop.folder).end()
      #expect(bad.status == 1 && bad.errors.count == 1, "\(bad)")
      #expect(bad.errors.first?.hasPrefix("<3>") == true && bad.errors.first?.contains("none.mp4") == true)
    }
  }

  @Test func anInstanceOfANumberHasPortsOfItsOwn() async throws {
    try await Workshop.with { shop in
      let listener = try VMCListener()
      let folder = shop.folder.appending(path: ".config/gurn")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try shop.write("targets:\n  - port: \(listener.port - 7)\n", ".config/gurn/gurn.yaml")
      let arguments = ["--models", Program.models, "--source", DaemonTests.session, "--loop", "--instance"]
      let daemon = try Program(try #require(Program.gurnd), arguments + ["7"], in: shop.folder)
      await listener.hearExpression()
      #expect(try daemon.end(by: SIGTERM).status == 0)

      let second = try VMCListener()
      try shop.write("targets:\n  - port: \(second.port)\n", ".config/gurn/left.yaml")
      let named = try Program(try #require(Program.gurnd), arguments + ["left"], in: shop.folder)
      await second.hearExpression()
      #expect(try named.end(by: SIGTERM).status == 0)

      let unknown = try Program.run(Program.gurnd, arguments + ["right"], in: shop.folder)
      #expect(unknown.status == 1 && unknown.errors.last?.contains("right.yaml") == true, "\(unknown)")
      let wrong = try Program.run(Program.gurnd, arguments + ["../x"], in: shop.folder)
      #expect(wrong.status == 64 && wrong.errors.first?.contains("--instance '../x'") == true, "\(wrong)")
    }
  }
}
