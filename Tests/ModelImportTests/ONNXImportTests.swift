import Foundation
import ModelImport
import NeuralGraph
import SIMDInference
import Testing

/// The fixture comes from contrib/training/make_test_model.py; its results are onnxruntime's.
@Suite struct ONNXImportTests {
  private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  private func fixture() throws -> (graph: Graph, numbers: [String: [Double]]) {
    let graph = try ONNXImport.graph(fromFile: fixtures.appendingPathComponent("import-test.onnx").path)
    let data = try Data(contentsOf: fixtures.appendingPathComponent("import-test.json"))
    return (graph, try JSONDecoder().decode([String: [Double]].self, from: data))
  }

  /// An output's name in the model, and the ONNX tensor it is part of.
  private let tensors = ["blendshapes": "weights", "confidence": "weights", "mean": "mean", "pooled": "pooled"]

  @Test func metadataBecomesNamesUnitsAndRanges() throws {
    let graph = try fixture().graph
    #expect(graph.name == "import test")
    #expect(graph.input.shape == TensorShape(channels: 1, height: 24, width: 28))
    #expect(graph.input.normalization == .meanVariance)
    #expect(graph.outputs.map(\.name) == ["blendshapes", "confidence", "mean", "pooled"])
    let blendshapes = try #require(graph.output(named: "blendshapes"))
    #expect(blendshapes.unit == "weight" && blendshapes.range == 0..<4)
    #expect(blendshapes.elementNames == ["jawOpen", "mouthClose", "tongueOut", "cheekPuff"])
    #expect(graph.output(named: "confidence")?.range == 4..<6)
    #expect(graph.output(named: "pooled")?.range == 0..<12)
  }

  @Test func normalisationsAndActivationsDisappearIntoTheirLayers() throws {
    let graph = try fixture().graph
    #expect(graph.nodes.count == 14)
    for node in graph.nodes {
      if case .activation = node.operation { Issue.record("'\(node.name)' could be fused") }
    }
  }

  @Test func theReferenceAgreesWithOnnxruntime() throws {
    let (graph, numbers) = try fixture()
    let image = try #require(numbers["image"])
    let values = try ReferenceExecutor(graph).run(image)
    for output in graph.outputs {
      let expected = try #require(numbers[tensors[output.name] ?? ""])
      for element in output.range {
        let (found, right) = (values[output.value][element], expected[element])
        #expect(abs(found - right) < 1e-5, "'\(output.name)' \(element): \(found) instead of \(right)")
      }
    }
  }

  @Test func allInstructionSetsAgreeWithOnnxruntime() throws {
    let (graph, numbers) = try fixture()
    let image = try #require(numbers["image"]).map(Float.init)
    for instructionSet in InstructionSet.available {
      let executor = try SIMDExecutor(graph, instructionSet: instructionSet)
      executor.run(input: image)
      for (index, output) in graph.outputs.enumerated() {
        let expected = try #require(numbers[tensors[output.name] ?? ""])
        for (found, element) in zip(executor.output(index), output.range) {
          let right = expected[element]
          #expect(
            abs(Double(found) - right) < 2e-5, "\(instructionSet) '\(output.name)' \(element): \(found), not \(right)")
        }
      }
    }
  }

  @Test func halfPrecisionWeightsKeepTheResultsToAThousandth() throws {
    let (graph, numbers) = try fixture()
    let image = try #require(numbers["image"])
    let rounded = try ModelFile.decode(ModelFile.encode(graph))
    let values = try ReferenceExecutor(rounded).run(image)
    for output in graph.outputs {
      let expected = try #require(numbers[tensors[output.name] ?? ""])
      let scale = max(1, expected.map(abs).max() ?? 1)
      let worst = output.range.map { abs(values[output.value][$0] - expected[$0]) / scale }.max() ?? 1
      #expect(worst < 2e-3, "'\(output.name)': \(worst)")
    }
  }

  @Test func aConvertedFileIsReadAndSummarised() throws {
    let target = FileManager.default.temporaryDirectory.appendingPathComponent("gurn-\(UUID().uuidString).gurn")
    defer { try? FileManager.default.removeItem(at: target) }
    try ONNXImport.convert(fixtures.appendingPathComponent("import-test.onnx").path, to: target.path)
    let (graph, copy) = (try fixture().graph, try ModelFile.read(target.path))
    #expect(copy.nodes == graph.nodes && copy.outputs == graph.outputs)
    let lines = try ModelSummary.lines(ofFile: target.path)
    #expect(lines.first == "model    import test")
    #expect(lines.contains { $0.contains("depthwise 3×3 / 2") })
    #expect(lines.contains { $0.contains("jawOpen, mouthClose, tongueOut, … 4") })
    #expect(lines.allSatisfy { $0.last != " " })
  }

  @Test func whatIsNoModelIsRefusedInOneLine() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("gurn-\(UUID().uuidString).onnx")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("not a model, just words".utf8).write(to: file)
    for path in [file.path, "/", "/nonexistent.onnx", "/dev/null"] {
      let error = #expect(throws: ImportError.self) { try ONNXImport.graph(fromFile: path) }
      let line = error?.description ?? ""
      #expect(line.hasPrefix(path + ": ") && !line.contains("\n"), "\(line)")
    }
  }
}
