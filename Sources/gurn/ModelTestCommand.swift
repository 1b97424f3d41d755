import ArgumentParser
import Foundation
import ONNXConformance

extension ModelCommand {
  /// `gurn model test FOLDER --executor NAME`
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run ONNX tests on Gurn's executors.",
      discussion: """
        FOLDER is a test, or a folder of tests: each a folder with model.onnx and test_data_set_0/input_0.pb, output_0.pb \
        and so on, as the ONNX project has them. contrib/onnx/node_tests.py writes that project's node tests.

        Example: gurn model test build/onnx-node-tests --executor gl --only Conv,MaxPool

        Exits with 1 if a test failed. What Gurn does not import is counted as refused, with operator, node and reason.
        """)

    @Argument(help: "The folder.", completion: .directory)
    var folder: String

    @Option(help: "Where to run: reference, simd or gl; all three without it. May be given several times.")
    var executor: [GraphExecutor] = []

    @Option(help: "Only tests of these operators (every operator of a test's model among them), separated by commas.")
    var only: String?

    @Option(help: "The error that passes, relative to each right element; 1e-3 (and 1e-7 absolute) without it.")
    var relative: Double?

    @Flag(help: "Take --relative of an output's largest element, not of each.")
    var ofLargest = false

    @Flag(help: "Run what a model file would hold: weights in half precision.")
    var asFile = false

    @Flag(name: .shortAndLong, help: "Print a line for each test too.")
    var verbose = false

    func run() throws {
      let folders = ConformanceTest.folders(in: URL(fileURLWithPath: folder))
      guard !folders.isEmpty else {
        throw ValidationError("\(folder): neither a test (with model.onnx) nor a folder of tests")
      }
      let allowed = only.map { Set($0.split(separator: ",").map { String($0).trimmingCharacters(in: .whitespaces) }) }
      var report = ConformanceReport(executors: executor.isEmpty ? GraphExecutor.allCases : executor)
      for folder in folders {
        let test: ConformanceTest
        do {
          test = try ConformanceTest(folder)
        } catch {
          report.add(folder.lastPathComponent, "no model", failed: "\(error)")
          continue
        }
        guard allowed.map({ test.operators.isSubset(of: $0) }) ?? true else { continue }
        let line = report.run(test, tolerance: tolerance, asFile: asFile)
        if verbose { print(line) }
      }
      for line in report.reasons { print(line) }
      for line in report.table { print(line) }
      if report.failures > 0 { throw ExitCode.failure }
    }

    private var tolerance: ConformanceTest.Tolerance {
      guard let relative else { return .onnx }
      return ConformanceTest.Tolerance(relative: relative, absolute: ofLargest ? 0 : 1e-7, isOfLargest: ofLargest)
    }
  }
}

extension GraphExecutor: ExpressibleByArgument {}
