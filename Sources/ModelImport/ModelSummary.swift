import NeuralGraph

/// A model file as a table for people: what it reads, its layers with their cost, and its outputs.
package enum ModelSummary {
  /// The lines of the table for the model file at `path`.
  package static func lines(ofFile path: String) throws(ImportError) -> [String] {
    let graph: Graph
    do throws(ModelFileError) { graph = try ModelFile.read(path) } catch { throw .modelFile(error) }
    return try lines(of: graph)
  }

  /// The lines of the table for a graph that is valid.
  package static func lines(of graph: Graph) throws(ImportError) -> [String] {
    let shapes: [TensorShape]
    do throws(GraphError) { shapes = try graph.validated() } catch { throw .graph(error) }
    let input = graph.input
    let normalization =
      switch input.normalization {
      case .none: "luma 0…1"
      case .meanVariance: "mean and deviation of the crop removed"
      }
    return [
      "model    \(graph.name)", "input    \(input.name) \(input.shape), \(normalization)",
      "weights  \(graph.weights.count), multiply-adds \(graph.multiplyAdds(shapes: shapes).grouped)",
    ] + graph.inputParts.map { "  part   \($0.name): elements \($0.range.lowerBound)..<\($0.range.upperBound)" }
      + graph.crops.map(line) + [""] + aligned(layers(of: graph, shapes), numbersFrom: 5) + [""]
      + aligned(outputs(of: graph, shapes), numbersFrom: 5)
  }

  private static func line(_ crop: LandmarkCrop) -> String {
    let places = crop.landmarks.map(String.init).joined(separator: " ")
    return "crop     \(crop.sideFactor) of the window's side, \(crop.offset) of its own below landmarks \(places)"
      + (crop.mirrored ? ", mirrored" : "")
  }

  private static func layers(of graph: Graph, _ shapes: [TensorShape]) -> [[String]] {
    var rows = [["value", "layer", "reads", "shape", "activation", "weights", "multiply-adds"]]
    for (index, node) in graph.nodes.enumerated() {
      let (kind, activation, weights) = node.operation.summary
      var alone = graph
      alone.nodes = [node]
      let work = alone.multiplyAdds(shapes: [shapes[0], shapes[index + 1]])
      rows.append([
        "\(index + 1)", kind, node.inputs.map(String.init).joined(separator: node.operation.joint),
        "\(shapes[index + 1])",
        activation == .none ? "" : "\(activation)", weights.grouped, work.grouped,
      ])
    }
    return rows
  }

  private static func outputs(of graph: Graph, _ shapes: [TensorShape]) -> [[String]] {
    [["output", "unit", "value", "elements", "named"]]
      + graph.outputs.map { output in
        [
          output.name, output.unit, "\(output.value)", "\(output.range.lowerBound)..<\(output.range.upperBound)",
          output.elementNames.count > 3
            ? output.elementNames.prefix(3).joined(separator: ", ") + ", … \(output.elementNames.count)"
            : output.elementNames.joined(separator: ", "),
        ]
      }
  }

  /// Rows as lines with columns of one width; columns from `first` on are numbers and stand to the right.
  private static func aligned(_ rows: [[String]], numbersFrom first: Int) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < first ? cell.0 + space : space + cell.0
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension Operator {
  /// What stands between the values that are read.
  fileprivate var joint: String { if case .add = self { " + " } else { ", " } }

  /// A name for tables, the activation, and the number of weights and biases.
  fileprivate var summary: (kind: String, activation: Activation, weights: Int) {
    switch self {
    case .convolution(_, let kernel, let stride, let weights, let bias, let activation):
      ("convolution \(kernel)×\(kernel)" + (stride == 1 ? "" : " / \(stride)"), activation, weights.count + bias.count)
    case .depthwiseConvolution(let stride, let weights, let bias, let activation):
      ("depthwise 3×3" + (stride == 1 ? "" : " / \(stride)"), activation, weights.count + bias.count)
    case .add(let activation): ("add", activation, 0)
    case .activation(let activation): ("activation", activation, 0)
    case .averagePool(let kernel): ("average pool \(kernel)×\(kernel)", .none, 0)
    case .globalAveragePool: ("global average pool", .none, 0)
    case .fullyConnected(_, let weights, let bias, let activation):
      ("fully connected", activation, weights.count + bias.count)
    case .general(let operation): (operation.summary, .none, operation.weightCount)
    }
  }
}

extension GeneralOperator {
  /// A name for tables.
  fileprivate var summary: String {
    switch self {
    case .constant: "constant"
    case .function(let function): "\(function.kind)"
    case .binary(let function, _, _): "\(function)"
    case .rearrange: "rearrange"
    case .pad(let padding): "pad \(padding.mode)"
    case .resize(let resizing): "resize \(resizing.mode)"
    case .convolution(let convolution):
      (convolution.isTransposed ? "transposed convolution " : "convolution ")
        + convolution.axes.drop { $0.kernel == 1 && $0.input == 1 }.map { "\($0.kernel)" }.joined(separator: "×")
        + (convolution.groups == 1 ? "" : ", \(convolution.groups) groups")
    case .pool(let pool): "\(pool.kind) pool " + pool.axes.map { "\($0.kernel)" }.joined(separator: "×")
    case .reduce(let reduction, _, _): "reduce \(reduction)"
    case .softmax: "softmax"
    case .concatenate: "concatenate"
    case .matrixProduct(let product): "matrix product \(product.rows)×\(product.inner)×\(product.columns)"
    }
  }

  fileprivate var weightCount: Int { if case .constant(let range, _) = self { range.count } else { 0 } }
}

extension Int {
  /// The number with thin groups of three digits, such as `12 345`.
  fileprivate var grouped: String {
    let digits = Array(String(self))
    return String(
      digits.enumerated().flatMap { index, digit in
        index > 0 && (digits.count - index) % 3 == 0 ? [" ", digit] : [digit]
      })
  }
}
