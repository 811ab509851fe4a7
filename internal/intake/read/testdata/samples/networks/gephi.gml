Creator "Gephi"
graph
[
  directed 0
  node
  [
    id 0
    label "Ada &#233; Bos"
    graphics
    [
      x 1.0
      fill "#000"
    ]
  ]
  node
  [
    id 1
    label "Bo"
  ]
  edge
  [
    id 0
    source 0
    target 1
    value 1.0
  ]
]
