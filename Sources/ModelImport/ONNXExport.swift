import Foundation
import NeuralGraph

/// Writes graphs as ONNX models (opset 17, 32-bit floats), for other runtimes: the way back of ``ONNXImport``.
///
/// The input is `[N, channels, height, width]`, already normalised, with a batch of any size; each output of the graph is
/// `[N, elements of its value]`, whole: ranges and names stand in the metadata, as the training writes it.
/// Specification: https://onnx.ai/onnx/operators
package enum ONNXExport {
  /// The bytes of an ONNX file with this graph.
  ///
  /// - Throws: ``ImportError/graph(_:)`` where the graph is not valid, ``ImportError/file(path:reason:)`` where it has an
  ///   operator that is not written yet.
  package static func data(_ graph: Graph) throws(ImportError) -> Data {
    let shapes: [TensorShape]
    do throws(GraphError) { shapes = try graph.validated() } catch { throw .graph(error) }
    var writer = ONNXWriter(graph: graph, shapes: shapes)
    for index in graph.nodes.indices {
      guard writer.write(node: index) else {
        let name = graph.nodes[index].name
        throw .file(path: graph.name, reason: "node “\(name)” has no form in ONNX that is written here")
      }
    }
    writer.writeOutputs()
    var model = ONNXModelProto()
    model.irVersion = 8
    var opset = ONNXOperatorSetIdProto()
    opset.version = 17
    model.opsetImport = [opset]
    model.graph = writer.result
    var entry = ONNXStringStringEntryProto()
    entry.key = "gurn"
    do {
      entry.value = try metadata(of: graph)
      model.metadataProps = [entry]
      return try model.serializedData()
    } catch {
      throw .file(path: graph.name, reason: "can't be written as ONNX: \(error)")
    }
  }

  /// Converts a model file into an ONNX file, whole or not at all.
  package static func convert(_ source: String, to target: String) throws(ImportError) {
    let graph: Graph
    do throws(ModelFileError) { graph = try ModelFile.read(source) } catch { throw .modelFile(error) }
    let bytes = try data(graph)
    do { try bytes.write(to: URL(fileURLWithPath: target), options: .atomic) } catch {
      throw .file(path: target, reason: "can't be written")
    }
  }

  private static func metadata(of graph: Graph) throws -> String {
    var outputs: [[String: Any]] = []
    for output in graph.outputs {
      outputs.append([
        "name": output.name, "unit": output.unit, "tensor": ONNXWriter.flatName(of: output.value),
        "range": [output.range.lowerBound, output.range.upperBound], "elements": output.elementNames,
      ])
    }
    let crops: [[String: Any]] = graph.crops.map {
      ["landmarks": $0.landmarks, "offset": $0.offset, "side": $0.sideFactor, "mirrored": $0.mirrored]
    }
    let all: [String: Any] = [
      "name": graph.name, "normalization": graph.input.normalization == .none ? "none" : "meanVariance",
      "outputs": outputs, "crops": crops,
    ]
    return String(decoding: try JSONSerialization.data(withJSONObject: all, options: .sortedKeys), as: UTF8.self)
  }
}
