graph
[
 node [ id 0 name "Ada Bos" ]
 node [ id 1 name "Bo Vos" ]
 edge [ source 0 target 1 weight 2 ]
]