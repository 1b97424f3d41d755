import NeuralGraph

/// What became of an ONNX graph: the network, and where the tensors of the ONNX graph are in it.
package struct ImportedModel {
  /// An input that is still one: a run of value 0's elements.
  package struct Input: Sendable {
    package var name: String
    package var extents: [Int]
    package var range: Range<Int>
  }

  /// An output of the ONNX graph.
  package struct Output: Sendable {
    package var name: String
    package var extents: [Int]
    /// Its index among the network's outputs; nil for a tensor of no elements.
    package var index: Int?
  }

  /// The network; nil where no output has any elements.
  package var graph: Graph?
  package var inputs: [Input]
  package var outputs: [Output]
}

extension ImportedModel {
  /// Imports a parsed model. `bindings` are data for inputs that may be taken as constants where an operator needs one.
  init(
    _ model: ONNXModelProto, name: String, bindings: [String: ConstantTensor] = [:]
  ) throws(ImportError) {
    let metadata = try ModelMetadata(model)
    let kept = metadata?.outputs.map(\.tensor) ?? []
    var reader = try ONNXGraphReader(model, kept: kept, bindings: bindings)
    for node in model.graph.node { try reader.read(node) }
    if !reader.bound.isEmpty {
      // Once more, with these as constants from the start.
      var model = model
      model.graph.input.removeAll { reader.bound.contains($0.name) }
      let bound = bindings.filter { reader.bound.contains($0.key) }
      reader = try ONNXGraphReader(model, kept: kept)
      reader.constants.merge(bound) { $1 }
      for node in model.graph.node { try reader.read(node) }
    }
    try self.init(reader, model, metadata, name: name)
  }

  private init(
    _ reader: ONNXGraphReader, _ model: ONNXModelProto, _ metadata: ModelMetadata?, name: String
  ) throws(ImportError) {
    var reader = reader
    inputs = reader.liveInputs
    outputs = []
    var graphOutputs: [Graph.Output] = []
    let described =
      metadata?.outputs.map { ($0, "metadata 'gurn'") }
      ?? model.graph.output.map { (ModelMetadata.Output(name: $0.name, tensor: $0.name), "the graph") }
    for (output, source) in described {
      guard let value = try reader.output(named: output.tensor) else {
        throw .tensor(name: output.tensor, reason: "\(source) names it as an output, but no node makes it")
      }
      let count = value.count
      outputs.append(Output(name: output.name, extents: value.extents, index: count > 0 ? graphOutputs.count : nil))
      guard count > 0 else { continue }
      let range = output.range ?? [0, count]
      guard range.count == 2, range[0] >= 0, range[0] < range[1], range[1] <= count else {
        throw .metadata("output '\(output.name)': range \(range) is not a run of the tensor's \(count) elements")
      }
      graphOutputs.append(
        Graph.Output(
          name: output.name, unit: output.unit ?? "", value: value.index, range: range[0]..<range[1],
          elementNames: output.elements ?? []))
    }
    guard !graphOutputs.isEmpty else { return }
    reader.dropUnread(keeping: &graphOutputs)
    var graph = try reader.graph(
      name: metadata?.name ?? name, normalization: metadata?.inputNormalization() ?? .none, outputs: graphOutputs)
    graph.crops = try metadata?.landmarkCrops() ?? []
    do throws(GraphError) { _ = try graph.validated() } catch { throw .graph(error) }
    self.graph = graph
  }
}

extension ONNXGraphReader {
  /// The inputs that are read when the network runs.
  fileprivate var liveInputs: [ImportedModel.Input] {
    if inputParts.isEmpty, let value = values[inputName] {
      return [ImportedModel.Input(name: inputName, extents: value.extents, range: 0..<value.count)]
    }
    return inputParts.map { part in
      ImportedModel.Input(name: part.name, extents: values[part.name]?.extents ?? [], range: part.range)
    }
  }

  /// The value that is an output; a constant becomes a node.
  fileprivate mutating func output(named name: String) throws(ImportError) -> Value? {
    if let value = values[name] { return value }
    guard let constant = constants[name] else { return nil }
    do throws(Refusal) { return try materialize(constant, name) } catch {
      throw .tensor(name: name, reason: error.reason)
    }
  }
}
