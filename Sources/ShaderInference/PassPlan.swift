import GLES
import NeuralGraph

/// What a graph becomes on the GPU: textures and, in order, the passes between them. Plain data, made without a context.
package struct PassPlan: Sendable {
  /// A texture to make.
  enum Planned: Sendable {
    /// Starts as zeros, so that its margins are.
    case tensor(TensorLayout, format: Texture.Format)
    case weights(WeightTexture)
    /// Numbers known beforehand, in 32-bit floats, laid out as a tensor.
    case constant(TensorLayout, [Float])
    /// A uniform block: biases, then a matrix for each input block, tap and output block.
    case uniforms([Float])
  }

  /// Elements of the sheet's rows that one output's value and its neighbours take.
  struct OutputRun: Sendable {
    /// The value and the run of its elements.
    var value: Int
    var range: Range<Int>
    /// The first row, in each image's rows.
    var row: Int
  }

  /// The graph, validated.
  package let graph: Graph
  /// Images run at once.
  package let batch: Int
  /// What it was planned for.
  package let options: ShaderOptions
  /// The shape of each value.
  package let shapes: [TensorShape]
  var textures: [Planned] = []
  var passes: [ShaderPass] = []
  /// The texture that the input is written to.
  var inputTexture = 0
  var runs: [OutputRun] = []
  /// Rows of the sheet for one image; those of the batch follow each other.
  package internal(set) var rowsPerImage = 0

  /// The sheet's texels a row.
  package static let sheetColumns = 32
  /// Bytes of all textures and uniform blocks.
  package var memoryBytes: Int {
    textures.reduce(0) { sum, planned in
      switch planned {
      case .tensor(let layout, let format): sum + layout.width * layout.height * layout.layers * format.texelBytes
      case .constant(let layout, _):
        sum + layout.width * layout.height * layout.layers * Texture.Format.rgba32f.texelBytes
      case .weights(let weights):
        sum + weights.width * weights.height * weights.layers.count * options.tensorFormat.texelBytes
      case .uniforms(let floats): sum + floats.count * MemoryLayout<Float>.stride
      }
    }
  }
  /// Draws a frame.
  package var passCount: Int { passes.count }

  /// Plans a graph for `batch` images at once.
  package init(_ graph: Graph, batch: Int = 1, options: ShaderOptions) throws(ShaderError) {
    precondition(batch >= 1, "a batch has at least one image")
    do {
      shapes = try graph.validated()
    } catch {
      throw .graph(error)
    }
    self.graph = graph
    self.batch = batch
    self.options = options
    var planner = PassPlanner(graph, shapes: shapes, batch: batch, options: options)
    planner.plan()
    textures = planner.textures
    passes = planner.passes
    inputTexture = planner.inputTexture
    runs = planner.runs
    rowsPerImage = planner.rowsPerImage
  }

  /// The sheet's element (4 a texel, row by row, from the executor's first row) at which an output of an image begins.
  package func sheetElement(of output: Graph.Output, image: Int = 0) -> Int {
    guard let run = runs.first(where: { $0.value == output.value && $0.range.contains(output.range.lowerBound) }) else {
      preconditionFailure("\(output.name) is no output of \(graph.name)")
    }
    let row = image * rowsPerImage + run.row
    return row * Self.sheetColumns * 4 + output.range.lowerBound - run.range.lowerBound
  }

  /// Elements of one image's outputs: their ranges one after the other, in the graph's order.
  package var outputCount: Int { graph.outputs.reduce(0) { $0 + $1.range.count } }
}
