import Foundation
import ModelImport
import NeuralGraph

/// One of the ONNX project's tests: a folder with `model.onnx` and, in `test_data_set_0…`, inputs and the right outputs.
///
/// Layout: https://github.com/onnx/onnx/blob/main/docs/OnnxBackendTest.md. Inputs that Gurn's operators need as constants
/// (shapes, axes, pads) are taken from the data.
package struct ConformanceTest: Sendable {
  /// How near is near enough: |found − right| ≤ `absolute` + `relative` · |right|.
  package struct Tolerance: Sendable {
    package var relative: Double
    package var absolute: Double
    /// Whether `relative` is of the largest right element rather than of each.
    package var isOfLargest: Bool

    package init(relative: Double, absolute: Double = 0, isOfLargest: Bool = false) {
      self.relative = relative
      self.absolute = absolute
      self.isOfLargest = isOfLargest
    }

    /// The ONNX project's own.
    package static let onnx = Tolerance(relative: 1e-3, absolute: 1e-7)
  }

  /// How a test ended.
  package enum Result: Sendable, Equatable {
    /// With the largest error relative to the largest right element.
    case passed(error: Double)
    case failed(String)
    /// Not imported, and why: the operator and its node are named.
    case refused(String)
  }

  /// The folder.
  package let folder: URL
  /// The folder's name.
  package var name: String { folder.lastPathComponent }
  /// The operators of the model, each once.
  package let operators: Set<String>
  private let model: ONNXModelProto

  /// Reads the model in a folder.
  package init(_ folder: URL) throws {
    self.folder = folder
    model = try ONNXImport.model(fromFile: folder.appendingPathComponent("model.onnx").path)
    operators = Set(model.graph.node.map(\.opType))
  }

  /// The folders of tests below a folder, or it itself if it is one, by name.
  package static func folders(in root: URL) -> [URL] {
    let manager = FileManager.default
    func isTest(_ folder: URL) -> Bool { manager.fileExists(atPath: folder.appendingPathComponent("model.onnx").path) }
    if isTest(root) { return [root] }
    let names = (try? manager.contentsOfDirectory(atPath: root.path)) ?? []
    return names.sorted().map { root.appendingPathComponent($0) }.filter(isTest)
  }

  /// Runs all data sets.
  ///
  /// - Parameter asFile: whether the graph goes through a model file's bytes first, which round weights to half precision.
  package func run(on executor: GraphExecutor, tolerance: Tolerance = .onnx, asFile: Bool = false) -> Result {
    var worst = 0.0
    var number = 0
    while true {
      let data = folder.appendingPathComponent("test_data_set_\(number)")
      guard FileManager.default.fileExists(atPath: data.path) else { break }
      do {
        worst = max(worst, try run(data, executor, tolerance, asFile))
      } catch let error as ImportError {
        return .refused(error.description)
      } catch {
        return .failed("\(error)")
      }
      number += 1
    }
    return number > 0 ? .passed(error: worst) : .failed("it has no test_data_set_0")
  }

  private func tensors(_ data: URL, _ kind: String, _ count: Int) throws -> [ConstantTensor] {
    try (0..<count).map { try ONNXImport.tensor(fromFile: data.appendingPathComponent("\(kind)_\($0).pb").path) }
  }

  private func run(_ data: URL, _ executor: GraphExecutor, _ tolerance: Tolerance, _ asFile: Bool) throws -> Double {
    let initialized = Set(model.graph.initializer.map(\.name))
    let names = model.graph.input.map(\.name).filter { !initialized.contains($0) }
    let given = Dictionary(zip(names, try tensors(data, "input", names.count)), uniquingKeysWith: { first, _ in first })
    let right = try tensors(data, "output", model.graph.output.count)
    // The data's extents count where the model leaves some open.
    var model = model
    for index in model.graph.input.indices {
      guard let tensor = given[model.graph.input[index].name] else { continue }
      model.graph.input[index].type.tensorType.shape.dim = tensor.dimensions.map { size in
        ONNXTensorShapeProto.Dimension.with { $0.dimValue = Int64(size) }
      }
    }
    let imported = try ONNXImport.model(from: model, name: name, bindings: given)
    var found: [[Float]] = []
    if var graph = imported.graph {
      if asFile { graph = try ModelFile.decode(ModelFile.encode(graph)) }
      var input = [Float](repeating: 0, count: graph.input.shape.count)
      for part in imported.inputs { input.replaceSubrange(part.range, with: given[part.name]?.floats ?? []) }
      found = try executor.run(graph, input: input)
    }
    return try zip(imported.outputs, right).reduce(0) { worst, pair in
      let (output, right) = pair
      guard output.extents == right.dimensions else {
        throw Mismatch("output '\(output.name)' has extents \(output.extents), right are \(right.dimensions)")
      }
      return max(worst, try compare(output.index.map { found[$0] } ?? [], right.floats, output.name, tolerance))
    }
  }

  private func compare(_ found: [Float], _ right: [Float], _ name: String, _ tolerance: Tolerance) throws -> Double {
    let largest = right.reduce(0.0) { $1.isFinite ? max($0, Double(abs($1))) : $0 }
    var worst = 0.0
    for (index, (x, y)) in zip(found, right).enumerated() where !(x == y || x.isNaN && y.isNaN) {
      let error = abs(Double(x) - Double(y))
      let limit = tolerance.absolute + tolerance.relative * (tolerance.isOfLargest ? largest : Double(abs(y)))
      guard error <= limit else {
        throw Mismatch("output '\(name)': element \(index) of \(right.count) is \(x), right is \(y)")
      }
      worst = max(worst, largest > 0 ? error / largest : error)
    }
    return worst
  }

  /// What a result differs in.
  private struct Mismatch: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }
}
