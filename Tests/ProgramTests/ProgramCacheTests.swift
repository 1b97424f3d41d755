import Foundation
import TestSupport
import Testing

/// The cache of compiled programs in a whole process: killed while it writes, on a full disk, damaged. All cost time only.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason))) struct ProgramCacheTests {
  /// Runs the first frame in shaders, in a shell that `setup` has prepared, and through a program that starts others.
  private func start(_ workshop: Workshop, _ setup: String = "", through: String = "") throws -> Program.Outcome {
    let command = "\(setup) exec \(through) \"$0\" bench --networks lite --models \"$1\" --first-frame gl"
    let program = Program.gurn?.path ?? ""
    return try Program.run(
      URL(filePath: "/bin/bash"), ["-c", command, program, Program.models], in: workshop.folder)
  }

  /// The files that the cache holds: their names, and the sizes of those that are whole.
  private func files(_ workshop: Workshop) -> (names: [String], sizes: [Int]) {
    let folder = workshop.folder.appending(path: ".cache/gurn/programs")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    let sizes = names.filter { $0.hasSuffix(".bin") }.compactMap {
      (try? FileManager.default.attributesOfItem(atPath: folder.appending(path: $0).path))?[.size] as? Int
    }
    return (names, sizes)
  }

  @Test func aCacheThatIsCutShortDamagedOrHasNoRoomCostsTimeOnly() async throws {
    try await Workshop.with { workshop in
      let first = try start(workshop)
      guard first.status == 0 else {
        return print("skip: no shaders here: \(first.errors)")
      }
      guard let whole = files(workshop).sizes.first else { return print("skip: this driver gives no programs away") }
      let name = try #require(files(workshop).names.first)
      let file = workshop.folder.appending(path: ".cache/gurn/programs/\(name)")

      // The system ends a process that writes beyond its limit: here in the middle of the file.
      try FileManager.default.removeItem(at: file)
      let killed = try start(workshop, "ulimit -c 0 -f 64;", through: "env --default-signal=XFSZ")
      if killed.isOrderly {
        // A thread that holds signals back meets an error instead; this is what a killed process leaves.
        #expect(killed.status == 0 && files(workshop).names == [])
        try Data(count: 1 << 16).write(to: URL(filePath: file.path + ".part"))
      }
      #expect(files(workshop).names == [name + ".part"])
      // What it left is nobody's after a minute.
      let past = Date(timeIntervalSinceNow: -120)
      try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: file.path + ".part")

      // The same limit, met with an error instead: a full disk.
      let full = try start(workshop, "trap '' XFSZ; ulimit -f 64;")
      #expect(full.status == 0 && full.isOrderly && full.errors.isEmpty, "\(full.errors)")
      #expect(files(workshop).names == [])

      #expect(try start(workshop).status == 0)
      #expect(files(workshop).sizes == [whole])

      try Data("nonsense".utf8).write(to: file)
      #expect(try start(workshop).status == 0)
      #expect(files(workshop).sizes == [whole])
      let half = try Data(contentsOf: file).prefix(whole / 2)
      try half.write(to: file)
      #expect(try start(workshop).status == 0)
      #expect(files(workshop).sizes == [whole])
    }
  }

  @Test func anUnknownRungIsRefusedByName() async throws {
    try await Workshop.with { workshop in
      let outcome = try start(workshop, "export GURN_GL_RUNG=byte;")
      #expect(outcome.status != 0 && outcome.isOrderly)
      let said = outcome.errors.joined()
      #expect(said.contains("GURN_GL_RUNG=byte is none of float32") || said.contains("no OpenGL ES"), "\(said)")
    }
  }
}
