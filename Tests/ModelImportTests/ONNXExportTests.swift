import Foundation
import NeuralGraph
import Testing

@testable import ModelImport

/// What is exported comes back as the same network.
@Suite struct ONNXExportTests {
  static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Models")

  @Test(arguments: ["full/window", "full/mouth", "full/detector", "lite/eye"])
  func aShippedNetworkSurvivesTheWayThroughONNX(name: String) throws {
    let graph = try ModelFile.read(Self.models.appending(path: name + ".gurn").path())
    let model = try ONNXModelProto(serializedBytes: ONNXExport.data(graph))
    let copy = try ONNXImport.graph(from: model, name: "copy")
    #expect(copy.name == graph.name && copy.input.shape == graph.input.shape)
    #expect(copy.input.normalization == graph.input.normalization)
    #expect(copy.outputs.map(\.name) == graph.outputs.map(\.name))
    #expect(copy.outputs.map(\.elementNames) == graph.outputs.map(\.elementNames))
    #expect(copy.crops == graph.crops)
    let input = (0..<graph.input.shape.count).map { Double(($0 * 29) % 61 - 30) / 30 }
    let (ours, theirs) = (try ReferenceExecutor(graph).run(input), try ReferenceExecutor(copy).run(input))
    for (a, b) in zip(graph.outputs, copy.outputs) {
      let worst = zip(ours[a.value][a.range], theirs[b.value][b.range]).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 1e-9, "\(a.name): off by \(worst)")
    }
  }
}
