import NeuralGraph

extension PassPlanner {
  /// One pass an image and a run of elements, from values to the sheet.
  mutating func planOutputs() {
    for value in Set(graph.outputs.map(\.value)).sorted() {
      let ranges = graph.outputs.filter { $0.value == value }.map(\.range)
      let range = ranges.reduce(ranges[0]) {
        min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
      }
      runs.append(PassPlan.OutputRun(value: value, range: range, row: rowsPerImage))
      rowsPerImage += (range.count + PassPlan.sheetColumns * 4 - 1) / (PassPlan.sheetColumns * 4)
    }
    for image in 0..<batch {
      for run in runs {
        guard let place = places[run.value] else { preconditionFailure("an output of a value that is not made") }
        let columns = PassPlan.sheetColumns
        let layout = place.layout
        var geometry = PassGeometry()
        let row = image * rowsPerImage + run.row
        geometry.tile = SIMD4(0, Float(row), Float(columns), Float((run.range.count + columns * 4 - 1) / (columns * 4)))
        geometry.sourceSize = SIMD2(Float(layout.width), Float(layout.height))
        geometry.sourceOrigin = SIMD2(Float(layout.origin), Float(layout.origin))
        geometry.sourceOrigin += layout.kind == .image ? SIMD2(Float(image * layout.pitch), 0) : SIMD2(0, Float(image))
        geometry.extent = SIMD2(Float(layout.shape.width), Float(layout.shape.height))
        geometry.special = SIMD4(Float(run.range.lowerBound), Float(run.range.count), 0, 0)
        let vector = layout.kind == .vector ? ["VECTOR_SOURCE": ""] : [:]
        passes.append(
          ShaderPass(
            name: "outputs of value \(run.value)", shader: .gather,
            defines: preciseDefines.merging(vector) { $1 }, inputs: [.source: place.texture], geometry: geometry,
            target: .sheet(row: row), instances: 1))
      }
    }
  }
}
