import Broadcast
import Capture
import Foundation
import Glibc
import Recording
import TestSupport
import Testing

/// Recordings as their users make them: on a full disk, played again and verified. ``KillTests`` has those that are killed.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct RecordingTests {
  static let session = Program.root.appending(path: "Tests/Fixtures/speech.mp4").path
  static let usual = ["--executor", "simd", "--models", Program.models]

  static func run(_ arguments: [String], in shop: Workshop) throws -> Program.Outcome {
    try Program.run(Program.gurn, arguments + usual, in: shop.folder)
  }

  /// Frames of a video, by reading all of them.
  static func frames(_ path: String) throws -> (count: Int, last: Double) {
    let file = try VideoFile(path: path)
    var frames = (0, 0.0)
    while case .frame(let frame) = try file.next() { frames = (frames.0 + 1, frame.time.seconds) }
    return frames
  }

  @Test func aFileIsRecordedFrameByFrame() async throws {
    try await Workshop.with { shop in
      let outcome = try Self.run(
        [
          "record", "--source", Self.session, "--seconds", "1", "--out", "a/take.mkv", "--outputs",
          "raw,filtered,mapped",
        ],
        in: shop)
      #expect(outcome.isOrderly && outcome.status == 0, "\(outcome)")
      let (count, last) = try Self.frames(shop.path("a/take.mkv"))
      #expect(last < 1)
      for output in ["raw", "filtered", "mapped"] {
        let table = try ObservationTable(path: shop.path("a/take.\(output).csv"))
        #expect(table.format == .liveLinkFace && !table.isTorn)
        #expect(table.observations.count <= count && !table.observations.isEmpty)
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: shop.path("a")).sorted()
      #expect(names == ["take.filtered.csv", "take.mapped.csv", "take.mkv", "take.raw.csv"])
      let again = try Self.run(["record", "--source", Self.session, "--out", "a/take.mkv"], in: shop)
      #expect(again.status == 1 && again.errors.last?.contains("already there") == true, "\(again)")
    }
  }

  @Test func aFullDiskEndsTheRecordingAndNotTheDaemon() async throws {
    try await Workshop.with { shop in
      let disk = shop.path("disk")
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
      let mount = try Program.run(
        URL(filePath: "/usr/bin/mount"), ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], in: shop.folder)
      guard mount.status == 0 else {
        print("skipped: no small disk can be mounted here (\(mount.errors.joined(separator: "; ")))")
        return
      }
      defer { _ = try? Program.run(URL(filePath: "/usr/bin/umount"), [disk], in: shop.folder) }
      let outcome = try Self.run(["record", "--source", Self.session, "--loop", "--out", disk + "/take.mkv"], in: shop)
      #expect(outcome.isOrderly && outcome.status == 1)
      #expect(outcome.errors.last?.contains("take.mkv: the disk is full") == true, "\(outcome.errors)")
      #expect(try Self.frames(disk + "/take.mkv").count > 0)

      let listener = try VMCListener()
      try shop.write(
        "targets: [{port: \(listener.port)}]\nrecording: {at_start: true, directory: \(disk)}\ntracking: {executor: simd}\n",
        "gurn.yaml")
      let daemon = try Program(
        try #require(Program.gurnd),
        ["--config", "gurn.yaml", "--models", Program.models, "--source", Self.session, "--loop"], in: shop.folder)
      #expect(daemon.lines(until: "recording stopped")?.last?.contains("the disk is full") == true)
      // It goes on: frames are still heard.
      let frames = listener.stream.frames
      while listener.stream.frames < frames + 10, daemon.process.isRunning { await listener.hearExpression() }
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test(arguments: ["speech.mp4", "curves.csv"]) func aSessionIsReplayedToTheTargets(name: String) async throws {
    try await Workshop.with { shop in
      let path = name == "speech.mp4" ? Self.session : name
      if path != Self.session {
        #expect(try Self.run(["track", Self.session, "--csv", path], in: shop).status == 0)
      }
      let listener = try VMCListener()
      try shop.write("targets: [{port: \(listener.port)}]\n", "gurn.yaml")
      let outcome = try Self.run(["replay", path, "--config", "gurn.yaml", "--speed", "2"], in: shop)
      #expect(outcome.isOrderly && outcome.status == 0, "\(outcome)")
      #expect(listener.stream.frames > 10)
      #expect(listener.stream.weights.count == 52 && listener.stream.strongest == 0, "the last frame is not neutral")
    }
  }

  @Test func twoRunsGiveTheSameBytes() async throws {
    try await Workshop.with { shop in
      for name in ["a.csv", "b.csv"] {
        #expect(try Self.run(["track", Self.session, "--csv", name], in: shop).status == 0)
      }
      let first = try Data(contentsOf: shop.folder.appending(path: "a.csv"))
      #expect(first.count > 1000)
      #expect(try Data(contentsOf: shop.folder.appending(path: "b.csv")) == first)
    }
  }

  @Test func whatDiffersIsReportedWithStatusOne() async throws {
    try await Workshop.with { shop in
      let update = try Self.run(["verify", Self.session, "--expect", "a.csv", "--update"], in: shop)
      #expect(update.status == 0, "\(update)")
      let same = try Self.run(["verify", Self.session, "--expect", "a.csv", "--tolerance", "0.001"], in: shop)
      #expect(same.status == 0 && same.output.contains("agree"), "\(same)")
      // One value of one row.
      var lines = try String(contentsOf: shop.folder.appending(path: "a.csv"), encoding: .utf8)
        .split(separator: "\n").map(String.init)
      var fields = lines[9].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let jaw = try #require(lines[0].split(separator: ",").firstIndex(of: "jawOpen"))
      fields[jaw] = "\((Double(fields[jaw]) ?? 0) > 0.5 ? 0 : 1)"
      lines[9] = fields.joined(separator: ",")
      try shop.write(lines.joined(separator: "\n") + "\n", "b.csv")
      let other = try Self.run(["verify", Self.session, "--expect", "b.csv", "--plot", "b.svg"], in: shop)
      #expect(other.isOrderly && other.status == 1)
      #expect(other.output.contains("DIFFER") && other.output.contains("jawOpen"), "\(other.output)")
      #expect(other.output.contains("at frame 8 "))
      #expect(try String(contentsOf: shop.folder.appending(path: "b.svg"), encoding: .utf8).hasPrefix("<svg"))
    }
  }
}
