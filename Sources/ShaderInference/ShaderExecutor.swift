import GLES
import NeuralGraph

/// Runs a planned graph on the GPU. All textures and programs are made by `init`; a frame only binds and draws.
///
/// It belongs to its context's thread.
package final class ShaderExecutor {
  package let plan: PassPlan
  let context: GLContext
  /// The executor's first row of the sheet.
  package let firstRow: Int
  private let textures: [Owned<Texture>]
  private let passes: [BoundPass]
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
    context = programs.context
    do {
      var textures: [Owned<Texture>] = []
      for planned in plan.textures { textures.append(try Self.make(planned, plan.options, context)) }
      var framebuffers: [ShaderPass.Target: Owned<Framebuffer>] = [:]
      var passes: [BoundPass] = []
      for pass in plan.passes {
        let program = try programs.program(pass.shader, pass.defines, blocks: pass.blocks)
        var geometry = pass.geometry
        let framebuffer: Owned<Framebuffer>
        switch pass.target {
        case .sheet:
          geometry.tile.y += Float(firstRow)
          geometry.targetSize = SIMD2(Float(PassPlan.sheetColumns), Float(sheet.rows))
          framebuffer = sheet.framebuffer
        case .texture(let index, let layers):
          if let known = framebuffers[pass.target] {
            framebuffer = known
          } else {
            framebuffer = Owned(
              try Framebuffer(context, colors: layers.map { textures[index].value.attachment(layer: $0) }))
            framebuffers[pass.target] = framebuffer
          }
        }
        let inputs = pass.inputs.map { (unit: $0.key.rawValue, texture: textures[$0.value]) }.sorted {
          $0.unit < $1.unit
        }
        passes.append(
          BoundPass(program, geometry: geometry, inputs: inputs, framebuffer: framebuffer, instances: pass.instances))
      }
      self.textures = textures
      self.passes = passes
      quad = Owned(try VertexArray(context))
    } catch {
      throw .gl(error)
    }
  }

  private static func make(
    _ planned: PassPlan.Planned, _ options: ShaderOptions, _ context: GLContext
  ) throws(GLError) -> Owned<Texture> {
    switch planned {
    case .tensor(let layout, let format):
      let texture = Owned(
        try Texture(
          context, width: layout.width, height: layout.height, layers: layout.layers, format: format))
      let zeros = [Float](repeating: 0, count: layout.width * layout.height * 4)
      for layer in 0..<layout.layers { try texture.value.upload(zeros, layer: layer) }
      return texture
    case .weights(let weights):
      let texture = Owned(
        try Texture(
          context, width: weights.width, height: weights.height, layers: weights.layers.count,
          format: options.tensorFormat))
      for (layer, texels) in weights.layers.enumerated() { try texture.value.upload(texels, layer: layer) }
      return texture
    }
  }

  /// The texture that the input is rendered or uploaded to, as ``inputLayout`` says.
  var input: Owned<Texture> { textures[plan.inputTexture] }
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
