import Foundation
import ONNXConformance
import Testing

/// The ONNX project's node tests of the operators that docs/onnx.md promises, on all executors. They come with the Python
/// package onnx; contrib/onnx/node_tests.py writes them.
@Suite struct NodeTests {
  static let operators: Set<String> = [
    "Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "Relu", "LeakyRelu", "PRelu", "Clip", "Sigmoid",
    "Tanh", "HardSigmoid", "HardSwish", "Elu", "Gelu", "Softmax", "MaxPool", "AveragePool", "GlobalAveragePool",
    "GlobalMaxPool", "Resize", "Concat", "Split", "Slice", "Pad", "Reshape", "Transpose", "Flatten", "Squeeze",
    "Unsqueeze", "Add", "Mul", "Sub", "Div", "ReduceMean", "Constant", "Identity",
  ]

  @Test func nodeTestsPassOnAllExecutors() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gurn-onnx-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    guard Self.write(to: folder) else {
      return print("skip nodeTestsPassOnAllExecutors: no python3 with the package onnx")
    }
    let executors = GraphExecutor.allCases.filter(Self.isThere)
    var report = ConformanceReport(executors: executors)
    for folder in ConformanceTest.folders(in: folder) {
      let test = try ConformanceTest(folder)
      if test.operators.isSubset(of: Self.operators) { _ = report.run(test, tolerance: .onnx) }
    }
    #expect(report.lines.count > 250, "only \(report.lines.count) tests were written")
    #expect(report.failures == 0, "\(report.reasons.filter { $0.hasPrefix("FAILED") }.joined(separator: "\n"))")
    let refused = report.reasons.filter { $0.hasPrefix("refused") }
    #expect(refused.isEmpty, "\(refused.joined(separator: "\n"))")
  }

  private static func isThere(_ executor: GraphExecutor) -> Bool {
    guard executor == .gl else { return true }
    do {
      _ = try executor.run(GraphExecutionTests.smallest, input: [1])
      return true
    } catch {
      print("skip gl: \(error)")
      return false
    }
  }

  /// Has the script write the tests; false where the package is missing.
  private static func write(to folder: URL) -> Bool {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", root.appendingPathComponent("contrib/onnx/node_tests.py").path, folder.path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
