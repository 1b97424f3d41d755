import Broadcast
import Foundation
import Glibc
import Recording
import TestSupport
import Testing

/// What is left where a process is killed while it records: `make test-kill` does it a hundred times each.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct KillTests {
  /// How often, at moments of chance: `GURN_TEST_KILLS`, or a few.
  static let kills = ProcessInfo.processInfo.environment["GURN_TEST_KILLS"].flatMap { Int($0) }

  /// Waits until a recording has a random size, which is a random moment; false where the program ended first.
  static func waitForRandomSize(of path: String, _ program: Program, meanwhile: () -> Void = { sched_yield() })
    -> Int64?
  {
    let size = Int64.random(in: 1...3_000_000)
    var info = stat()
    while stat(path, &info) != 0 || info.st_size < size {
      guard program.process.isRunning else { return nil }
      meanwhile()
    }
    return Int64(info.st_size)
  }

  /// Reads a killed recording: every frame that was in the file but for the last ones plays, and no curve is longer.
  static func check(_ base: String, size: Int64) throws {
    let (count, last) = try RecordingTests.frames(base + ".mkv")
    #expect(count > 0)
    // No frame of these pictures takes more than 120 kB: all but three that were there by then play.
    #expect(Double(size) < Double(count + 3) * 120_000, "\(count) frames of \(size) bytes")
    // Rows come after their pictures and are written four times a second. The kernel may cut a write of a killed process
    // between two pages: the row that is torn then is left out.
    let table = try? ObservationTable(path: base + ".filtered.csv")
    #expect((table?.observations.last?.time.seconds ?? 0) <= last + 0.1)
  }

  @Test func aRecordingThatIsKilledPlays() async throws {
    try await Workshop.with { shop in
      for attempt in 0..<(Self.kills ?? 6) {
        let base = shop.path("\(attempt)")
        let arguments = ["record", "--source", RecordingTests.session, "--loop", "--out", base + ".mkv"]
        let program = try Program(try #require(Program.gurn), arguments + RecordingTests.usual, in: shop.folder)
        let size = try #require(Self.waitForRandomSize(of: base + ".mkv", program))
        #expect(try !program.end(by: SIGKILL).isOrderly)
        try Self.check(base, size: size)
      }
      if let kills = Self.kills { print("killed \(kills) times while it recorded: every recording plays") }
    }
  }

  /// Files below the workshop's hidden folders, where configuration, calibrations and caches lie: contents by path.
  private static func keptFiles(in shop: Workshop) -> [String: Data] {
    var files: [String: Data] = [:]
    for folder in [".config", ".local/state", ".cache"] {
      let names = FileManager.default.enumerator(atPath: shop.path(folder))
      while let name = names?.nextObject() as? String {
        let path = "\(folder)/\(name)"
        if let data = FileManager.default.contents(atPath: shop.path(path)) { files[path] = data }
      }
    }
    return files
  }

  @Test func whatADaemonKeepsSurvivesThatItIsKilled() async throws {
    try await Workshop.with { shop in
      let peer = try #require(LoopbackPeer())
      let port = try #require(LoopbackPeer()).port
      try FileManager.default.createDirectory(
        at: shop.folder.appending(path: ".config/gurn"), withIntermediateDirectories: true)
      let configuration = """
        source: {file: \(RecordingTests.session), loop: true}
        targets: []
        tracking: {networks: lite, sleep_unheard: false}
        control: {port: \(port)}
        oscquery: {enabled: false}
        recording: {directory: \(shop.path("takes"))}
        models: {directory: \(Program.models)}

        """
      try shop.write(configuration, ".config/gurn/gurn.yaml")
      func start(_ arguments: [String] = []) throws -> Program {
        try Program(try #require(Program.gurnd), arguments, in: shop.folder)
      }
      func ask(_ address: String, _ arguments: [OSCArgument] = []) {
        peer.send(address, arguments, to: port)
        _ = peer.receive(milliseconds: 20)
      }

      // A calibration that is there from the beginning, and a cache where shaders run and the driver gives them away.
      _ = try Program.run(
        Program.gurn, ["bench", "--networks", "lite", "--models", Program.models, "--first-frame", "gl"],
        in: shop.folder)
      let first = try start()
      while !Self.keptFiles(in: shop).keys.contains(where: { $0.hasSuffix(".json") }), first.process.isRunning {
        ask("/gurn/recentre")
      }
      #expect(try first.end(by: SIGTERM).status == 0)

      for attempt in 0..<(Self.kills ?? 3) {
        // Each time the calibration is written anew while the recording goes on. --quiet: nobody reads the log meanwhile.
        let daemon = try start(["--quiet"])
        let base = shop.path("takes/take-\(attempt)")
        while access(base + ".mkv", F_OK) != 0, daemon.process.isRunning {
          ask("/gurn/record/start", [.string("take-\(attempt)")])
        }
        let size = try #require(Self.waitForRandomSize(of: base + ".mkv", daemon) { ask("/gurn/recentre") })
        #expect(try !daemon.end(by: SIGKILL).isOrderly)
        try Self.check(base, size: size)
        let files = Self.keptFiles(in: shop)
        #expect(files[".config/gurn/gurn.yaml"] == Data(configuration.utf8))
        let calibrations = files.filter { $0.key.hasSuffix(".json") }
        #expect(calibrations.count == 1)
        for (path, data) in calibrations {
          #expect((try? JSONSerialization.jsonObject(with: data)) != nil, "\(path) is damaged: \(data.count) bytes")
        }
      }

      // The next start finds all of it as it was left, and has nothing to say about it.
      let caches = Self.keptFiles(in: shop).filter { $0.key.hasSuffix(".bin") }
      let last = try start()
      var lines = try #require(last.lines(until: "face found"))
      let end = try last.end(by: SIGTERM)
      lines += end.errors
      #expect(end.status == 0 && !lines.contains { $0.contains("warning") || $0.contains("set aside") }, "\(lines)")
      let after = Self.keptFiles(in: shop)
      for (path, data) in caches { #expect(after[path] == data, "\(path) was not used again") }
      if let kills = Self.kills {
        print("killed \(kills) times: configuration, calibration and caches (\(caches.count)) are as they were")
      }
    }
  }
}
