import Foundation
import Testing

@testable import EngineBench

@Suite struct PlanReportTests {
  @Test func theTableAndTheDrawingShowEveryPass() throws {
    let report = try PlanReport(path: AllocationTests.models.appending(path: "full").path, targets: 4)
    #expect(report.lines[0].contains(": 25 passes"))
    #expect(report.lines.count == 4 + 25)
    #expect(Set(report.lines.dropFirst(3).map(\.count)).count == 1)
    let parser = XMLCheck()
    #expect(parser.isWellFormed(report.svg))
    #expect(report.svg.contains("mouth 9 + eye 9"))
  }

  @Test func aFileThatIsNoModelIsNamed() {
    let error = #expect(throws: BenchError.self) { _ = try PlanReport(path: "/nowhere/x.gurn", targets: 4) }
    #expect(error?.description.contains("/nowhere/x.gurn") == true)
  }
}

/// Whether tags are closed in order: enough for a drawing of three kinds of element.
private struct XMLCheck {
  func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    for match in text.matches(of: #/<(/?)([a-z]+)([^<>]*?)(/?)>/#) {
      if match.output.1 == "/" {
        guard open.popLast() == match.output.2 else { return false }
      } else if match.output.4.isEmpty {
        open.append(match.output.2)
      }
    }
    return open.isEmpty && !text.isEmpty
  }
}
