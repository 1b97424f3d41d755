import GLES
import NeuralGraph

/// Runs a planned graph on the GPU. All textures and programs are made by `init`; a frame only binds and draws.
///
/// It belongs to its context's thread.
package final class ShaderExecutor {
  /// What it runs.
  package let plan: PassPlan
  /// The executor's first row of the sheet.
  package let firstRow: Int
  /// The texture that the input is rendered or uploaded to, as ``inputLayout`` says.
  let input: Owned<Texture>
  private let passes: [BoundPass]
  /// Framebuffers don't own their textures, and nothing else would those that are written but never read.
  private let resources: PlanResources
  private let quad: Owned<VertexArray>

  /// Makes what the plan asks for; outputs go to `sheet` from `firstRow` on, `batch × rowsPerImage` rows.
  ///
  /// Drivers compile at the first draw: run once to have it behind you.
  package init(
    _ plan: PassPlan, sheet: OutputSheet, firstRow: Int = 0, programs: ProgramCache
  ) throws(ShaderError) {
    let rows = plan.batch * plan.rowsPerImage
    precondition(firstRow >= 0 && firstRow + rows <= sheet.rows, "rows \(firstRow)… of a sheet of \(sheet.rows)")
    self.plan = plan
    self.firstRow = firstRow
    do {
      var resources = try PlanResources(plan, programs.context)
      var passes: [BoundPass] = []
      for pass in plan.passes {
        passes.append(try resources.bind(pass, sheet: sheet, firstRow: firstRow, programs: programs))
      }
      input = resources.texture(plan.inputTexture)
      self.passes = passes
      self.resources = resources
      quad = Owned(try VertexArray(programs.context))
    } catch {
      throw .gl(error)
    }
  }

  var inputLayout: TensorLayout { TensorLayout(kind: .image, shape: plan.shapes[0], batch: plan.batch) }

  /// Sets the input of all images of the batch, one after the other in C, H, W order, already normalised.
  package func upload(_ elements: [Float]) throws(ShaderError) {
    precondition(
      elements.count == plan.shapes[0].count * plan.batch,
      "\(elements.count) elements for \(plan.batch) × \(plan.shapes[0])")
    do {
      for (layer, texels) in inputLayout.texels(elements).enumerated() {
        try input.value.upload(texels, layer: layer)
      }
    } catch {
      throw .gl(error)
    }
  }

  /// Draws all passes, from the input to the sheet. Errors wait for ``GLContext/checkErrors(_:)``.
  package func run() {
    for pass in passes { pass.draw(quad.value) }
  }

  /// Copies an image's outputs out of the sheet's elements: the outputs in the graph's order, one after the other.
  package func copyOutputs(ofImage image: Int, from elements: [Float], into outputs: inout [Float]) {
    precondition(outputs.count == plan.outputCount, "\(outputs.count) elements for \(plan.outputCount)")
    var next = 0
    let base = firstRow * PassPlan.sheetColumns * 4
    for output in plan.graph.outputs {
      let first = base + plan.sheetElement(of: output, image: image)
      for offset in 0..<output.range.count { outputs[next + offset] = elements[first + offset] }
      next += output.range.count
    }
  }
}
