import Foundation
import TestSupport
import Testing

/// `--faces` and `max_faces` as a user gives them.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct SeveralFacesTests {
  @Test func furtherFacesAreWrittenBesideTheFirstWhichIsAsEver() async throws {
    try await Workshop.with { shop in
      func track(_ csv: String, _ arguments: [String]) throws {
        let tool = try Program(
          try #require(Program.gurn),
          ["track", ToolTests.session, "--models", Program.models, "--executor", "simd", "--csv", csv] + arguments,
          in: shop.folder)
        #expect(try tool.end().status == 0)
      }
      try track("one.csv", [])
      try track("two.csv", ["--faces", "2"])
      func lines(_ name: String) throws -> [Substring] {
        try String(contentsOfFile: shop.path(name), encoding: .utf8).split(separator: "\n")
      }
      #expect(try lines("one.csv") == lines("two.csv"))
      let second = try lines("two.face1.csv")
      #expect(try second.count == lines("two.csv").count && second[0] == lines("two.csv")[0])
      // One person is in the session.
      #expect(second.dropFirst().allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false)[1] == "0" })
    }
  }
}
