import Foundation
import NeuralGraph
import SwiftProtobuf

/// Reads ONNX models, as PyTorch and others export them, into graphs.
///
/// docs/onnx.md lists the operators. Everything else is refused by operator and node. Specification:
/// https://onnx.ai/onnx/operators.
package enum ONNXImport {
  /// The most bytes of an ONNX file that is read: 1 GiB.
  package static let maximumSize = 1 << 30

  /// The graph of an ONNX file.
  package static func graph(fromFile path: String) throws(ImportError) -> Graph {
    try graph(from: model(fromFile: path), name: baseName(path))
  }

  /// The graph of a parsed model; `name` is taken where its metadata gives none.
  package static func graph(from model: ONNXModelProto, name: String) throws(ImportError) -> Graph {
    guard let graph = try ImportedModel(model, name: name).graph else { throw .graph(.noOutputs) }
    return graph
  }

  /// Converts an ONNX file into a model file.
  package static func convert(_ source: String, to target: String) throws(ImportError) {
    let graph = try graph(fromFile: source)
    do throws(ModelFileError) { try ModelFile.write(graph, to: target) } catch { throw .modelFile(error) }
  }

  /// An ONNX file, parsed.
  package static func model(fromFile path: String) throws(ImportError) -> ONNXModelProto {
    let data = try data(fromFile: path)
    let model: ONNXModelProto
    do { model = try ONNXModelProto(serializedBytes: data) } catch {
      throw .file(path: path, reason: "not an ONNX model (\(error))")
    }
    guard model.hasGraph else { throw .file(path: path, reason: "not an ONNX model (it has no graph)") }
    return model
  }

  /// The network of a parsed model and its tensors; inputs that operators need as constants are taken from `bindings`.
  package static func model(
    from model: ONNXModelProto, name: String, bindings: [String: ConstantTensor]
  ) throws(ImportError) -> ImportedModel {
    try ImportedModel(model, name: name, bindings: bindings)
  }

  /// A tensor in a file of its own, as the data of ONNX's tests are.
  package static func tensor(fromFile path: String) throws(ImportError) -> ConstantTensor {
    let data = try data(fromFile: path, mayBeEmpty: true)
    do {
      return try ConstantTensor(ONNXTensorProto(serializedBytes: data))
    } catch let refusal as Refusal {
      throw .file(path: path, reason: refusal.reason)
    } catch {
      throw .file(path: path, reason: "not an ONNX tensor (\(error))")
    }
  }

  /// A file's name without folders and ending.
  static func baseName(_ path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }

  private static func data(fromFile path: String, mayBeEmpty: Bool = false) throws(ImportError) -> Data {
    do {
      let values = try URL(fileURLWithPath: path).resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
      guard values.isRegularFile == true else { throw ImportError.file(path: path, reason: "not a regular file") }
      guard let size = values.fileSize, size > 0 || mayBeEmpty, size <= maximumSize else {
        throw ImportError.file(path: path, reason: "\(values.fileSize ?? 0) bytes are no ONNX model")
      }
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch let error as ImportError {
      throw error
    } catch {
      throw .file(path: path, reason: FileManager.default.fileExists(atPath: path) ? "can't be read" : "no such file")
    }
  }
}
