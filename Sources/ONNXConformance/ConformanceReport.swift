/// The results of many tests on some executors, as a table of operators.
package struct ConformanceReport: Sendable {
  /// A test with its result on each executor.
  package struct Line: Sendable {
    package var name: String
    /// What the test is counted under: its only operator, or several by name.
    package var group: String
    package var results: [GraphExecutor: ConformanceTest.Result]

    package init(name: String, group: String, results: [GraphExecutor: ConformanceTest.Result]) {
      self.name = name
      self.group = group
      self.results = results
    }
  }

  package var lines: [Line] = []
  package let executors: [GraphExecutor]

  package init(executors: [GraphExecutor]) { self.executors = executors }

  /// How many tests failed on any executor.
  package var failures: Int { lines.count { $0.isFailed } }

  /// A Markdown table: for each group how many tests there are, how many passed on each executor, how many were refused.
  package var table: [String] {
    let titles = ["operator", "tests"] + executors.map(\.rawValue) + ["refused"]
    var rows = [titles, titles.map { _ in "---" }]
    for group in Set(lines.map(\.group)).sorted() { rows.append(row(group, lines.filter { $0.group == group })) }
    rows.append(row("all", lines))
    return rows.map { "| " + $0.joined(separator: " | ") + " |" }
  }

  /// The reasons of refusals and failures, a line each.
  package var reasons: [String] {
    lines.flatMap { line in
      executors.compactMap { executor in
        switch line.results[executor] {
        case .failed(let reason)?: "FAILED \(line.name) on \(executor.rawValue): \(reason)"
        case .refused(let reason)? where executor == executors.first: "refused \(line.name): \(reason)"
        default: nil
        }
      }
    }
  }

  private func row(_ title: String, _ lines: [Line]) -> [String] {
    let passed = executors.map { executor in lines.count { $0.hasPassed(executor) } }
    return [title, "\(lines.count)"] + passed.map(String.init) + ["\(lines.count { $0.isRefused })"]
  }
}

extension ConformanceReport.Line {
  func hasPassed(_ executor: GraphExecutor) -> Bool { if case .passed? = results[executor] { true } else { false } }
  var isFailed: Bool { results.values.contains { if case .failed = $0 { true } else { false } } }
  var isRefused: Bool { results.values.contains { if case .refused = $0 { true } else { false } } }
}

extension ConformanceReport {
  /// Runs a test on all executors and adds it; gives a line about it.
  package mutating func run(_ test: ConformanceTest, tolerance: ConformanceTest.Tolerance, asFile: Bool = false)
    -> String
  {
    var results: [GraphExecutor: ConformanceTest.Result] = [:]
    for executor in executors { results[executor] = test.run(on: executor, tolerance: tolerance, asFile: asFile) }
    let line = Line(name: test.name, group: test.group, results: results)
    lines.append(line)
    let words = executors.map { executor in
      switch results[executor] {
      case .passed(let error)?: "\(executor.rawValue) passed, error \(error)"
      case .failed?: "\(executor.rawValue) FAILED"
      case .refused?, nil: "\(executor.rawValue) refused"
      }
    }
    return "\(test.name): " + words.joined(separator: "; ")
  }

  /// Adds a test that could not even be read.
  package mutating func add(_ name: String, _ group: String, failed reason: String) {
    let results = executors.map { ($0, ConformanceTest.Result.failed(reason)) }
    lines.append(Line(name: name, group: group, results: Dictionary(results, uniquingKeysWith: { first, _ in first })))
  }
}

extension ConformanceTest {
  /// What it is counted under: its only operator, `expanded functions` for ONNX's own decompositions, or `networks`.
  package var group: String {
    if name.contains("_expanded") { return "expanded functions" }
    return operators.count == 1 ? operators.first ?? "" : "networks"
  }
}
