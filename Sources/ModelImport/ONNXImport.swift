import Foundation
import NeuralGraph
import SwiftProtobuf

/// Reads ONNX models, as PyTorch exports them, into graphs.
///
/// Operators: Conv (1×1, 3×3, plain or depthwise), BatchNormalization (folded), Relu, Clip, Sigmoid, Elu, Add, AveragePool,
/// GlobalAveragePool, ReduceMean, Flatten, Reshape, Gemm, MatMul, Identity and Dropout, each in the form that ``Operator``
/// has. Everything else is refused by name. Specification: https://onnx.ai/onnx/operators.
package enum ONNXImport {
  /// The most bytes of an ONNX file that is read: 1 GiB.
  package static let maximumSize = 1 << 30

  /// The graph of an ONNX file.
  package static func graph(fromFile path: String) throws(ImportError) -> Graph {
    let data: Data
    do {
      let values = try URL(fileURLWithPath: path).resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
      guard values.isRegularFile == true else { throw ImportError.file(path: path, reason: "not a regular file") }
      guard let size = values.fileSize, size > 0, size <= maximumSize else {
        throw ImportError.file(path: path, reason: "\(values.fileSize ?? 0) bytes are no ONNX model")
      }
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch let error as ImportError {
      throw error
    } catch {
      throw .file(path: path, reason: FileManager.default.fileExists(atPath: path) ? "can't be read" : "no such file")
    }
    let model: ONNXModelProto
    do { model = try ONNXModelProto(serializedBytes: data) } catch {
      throw .file(path: path, reason: "not an ONNX model (\(error))")
    }
    guard model.hasGraph else { throw .file(path: path, reason: "not an ONNX model (it has no graph)") }
    return try graph(from: model, name: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
  }

  /// The graph of a parsed model; `name` is taken where its metadata gives none.
  package static func graph(from model: ONNXModelProto, name: String) throws(ImportError) -> Graph {
    let metadata = try ModelMetadata(model)
    var reader = try ONNXGraphReader(model, kept: metadata?.outputs.map(\.tensor) ?? [])
    for node in model.graph.node { try reader.read(node) }
    var graph = try reader.graph(
      name: metadata?.name ?? name, normalization: metadata?.inputNormalization() ?? .none,
      outputs: try outputs(of: model, metadata, reader))
    graph.crops = try metadata?.landmarkCrops() ?? []
    do throws(GraphError) { _ = try graph.validated() } catch { throw .graph(error) }
    return graph
  }

  /// Converts an ONNX file into a model file.
  package static func convert(_ source: String, to target: String) throws(ImportError) {
    let graph = try graph(fromFile: source)
    do throws(ModelFileError) { try ModelFile.write(graph, to: target) } catch { throw .modelFile(error) }
  }

  private static func outputs(
    of model: ONNXModelProto, _ metadata: ModelMetadata?, _ reader: ONNXGraphReader
  ) throws(ImportError) -> [Graph.Output] {
    var result: [Graph.Output] = []
    let described =
      metadata?.outputs.map { ($0, "metadata 'gurn'") }
      ?? model.graph.output.map { (ModelMetadata.Output(name: $0.name, tensor: $0.name), "the graph") }
    for (output, source) in described {
      guard let value = reader.value(of: output.tensor) else {
        throw .tensor(name: output.tensor, reason: "\(source) names it as an output, but no node makes it")
      }
      let count = reader.shapes[value].count
      let range = output.range ?? [0, count]
      guard range.count == 2, range[0] >= 0, range[0] < range[1], range[1] <= count else {
        throw .metadata("output '\(output.name)': range \(range) is not a run of the tensor's \(count) elements")
      }
      result.append(
        Graph.Output(
          name: output.name, unit: output.unit ?? "", value: value, range: range[0]..<range[1],
          elementNames: output.elements ?? []))
    }
    return result
  }
}
